"""What a machine does once for the bundled models: unpack their weights and compile their graph.

`python -m backend.prepare`, which `make install` and `make run` call, and a Space when it starts:
no visitor waits for it. Where all is ready it looks at two folders and ends.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from backend import console
from backend.device import Device, choose_device
from backend.models import gguf_cache
from backend.models.load_errors import as_load_error
from backend.models.pool import load_with_its_loader
from backend.models.registry import MODELS, ModelSpec

log = logging.getLogger(__name__)
ROOT = Path(__file__).resolve().parent.parent
Load = Callable[[ModelSpec, Device], Any]


def main() -> None:
    """Make what is missing, with a line for each model."""
    console.set_up()
    prepare(missing())


def missing(models: Sequence[ModelSpec] = MODELS) -> list[ModelSpec]:
    """The bundled rows whose packed file is on this disk, and what it is unpacked into is not."""
    bundled = (row for row in models if row.tier == "bundled")
    return [row for row in bundled if row.source.on_disk() and not _is_ready(row)]


def prepare(rows: Sequence[ModelSpec], load: Load = load_with_its_loader) -> None:
    """Load each row once, which makes what it needs. One that fails is said and left to whoever
    asks for it first: the app starts all the same."""
    for number, row in enumerate(rows, 1):
        what = f"{row.name} ({row.task}), {number} of {len(rows)}"
        print(f"Preparing {what}, once on this machine...", flush=True)
        begun = time.monotonic()
        try:
            load(row, choose_device(row.tier))
        except Exception as error:  # noqa: BLE001  all that a disk or a damaged file can raise
            log.warning("not prepared: %s", as_load_error(row, error))
        else:
            print(f"Prepared {what}, in {time.monotonic() - begun:.0f} s", flush=True)


def in_a_process_of_its_own() -> None:
    """The same where anything is missing, in a process that gives its memory back."""
    if missing():
        subprocess.run([sys.executable, "-m", "backend.prepare"], cwd=ROOT, check=False)


def _is_ready(row: ModelSpec) -> bool:
    packed = row.source.fetch()
    return packed.suffix != ".gguf" or gguf_cache.is_ready(packed, row.form)


if __name__ == "__main__":
    main()
