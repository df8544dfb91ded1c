"""Captioning: one caption warm, and many at once beside a plain loop over the bare captioner.

The tab is asked from outside, in a process of its own, as a visitor's script would. The batch and
the plain loop run in this process, in turn.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from gradio_client import Client, handle_file

from backend import gallery
from benchmarks.table import show, show_ratio
from tests.backend.captioning.plain import plain_greedy
from tests.serving import serving

if TYPE_CHECKING:
    from backend.models.captioner.model import Captioner

RUNS = 5
PICTURES = 32


def main() -> None:
    print("Captioning, bundled captioner")
    files = [gallery.file_of(entry.key) for entry in gallery.entries()[:PICTURES]]
    with serving("--models", "bundled", "--saved-results", "0") as address:
        client = Client(address, verbose=False)
        client.predict(handle_file(str(files[0])), api_name="/caption")
        show("a caption, warm (bar: within 1.5)",
             [asked(client, str(file)) for file in files[:RUNS]], "s")  # fmt: skip
    batch(files)


def asked(client: Client, file: str) -> float:
    """Seconds of the caption as its run card has them."""
    return float(client.predict(handle_file(file), api_name="/caption")["run"]["seconds"])


def batch(files: list[Path]) -> None:
    """Pictures a second from files: the tab's batch, and a plain loop that reads and captions."""
    from PIL import Image

    from backend import Backend
    from backend.captioning.service import Captioning

    backend = Backend("bundled")
    service, paths = Captioning(backend), [(file.name, file) for file in files]
    *_, _ = service.describe_all(paths[:2], "bench")
    captioner = load_bare()

    def said(file: Path) -> str:
        ids, _, _ = plain_greedy(captioner, Image.open(file).convert("RGB"))
        return " ".join(captioner.words[id_] for id_ in ids)

    said(files[0])
    ours, plain = [], []
    for _ in range(RUNS):
        begun = time.perf_counter()
        *_, done = service.describe_all(paths, "bench")
        ours.append(PICTURES / (time.perf_counter() - begun))
        begun = time.perf_counter()
        captions = [said(file) for file in files]
        plain.append(PICTURES / (time.perf_counter() - begun))
        assert [row.caption for row in done.rows] == captions
    fast = show("many at once", ours, "pictures/s")
    slow = show("plain loop over the bare captioner", plain, "pictures/s")
    show_ratio("many at once / plain loop", fast / slow, "at least 0.9")


def load_bare() -> Captioner:
    """The bundled captioner in this process."""
    from backend.models import captioner
    from backend.models.sources import ASSETS

    return captioner.load(ASSETS / "models" / "captioner")
