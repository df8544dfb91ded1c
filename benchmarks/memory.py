"""What the app holds in memory: at start, after each tab's first use, and with all of them used.

`python app.py` in a process of its own, asked as a script would ask it. Resident counts what is
mapped from files and shared with other processes, too; own is what ending the app would free.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
from gradio_client import Client, handle_file

from backend import gallery
from tests.serving import running

TEXT = "The animal didn't cross the street because it was too tired."
REST = 15.0  # seconds in which the app gives back what it does not need any more
Call = Callable[[Client], Any]
USES: dict[str, Call] = {
    "generation": lambda app: app.predict(TEXT, max_new_tokens=16, api_name="/generate"),
    "attention, encoder": lambda app: app.predict(TEXT, api_name="/attention"),
    "attention, encoder-decoder": lambda app: app.predict(
        "May 4, 1997", kind="seq2seq", api_name="/attention"
    ),
    "attention, decoder": lambda app: app.predict(TEXT, kind="decoder", api_name="/attention"),
    "classification": lambda app: app.predict(TEXT, api_name="/classify"),
    "... explained": lambda app: app.predict(TEXT, api_name="/explain"),
    "image search": lambda app: app.predict("a big cat", api_name="/search"),
    "captioning": lambda app: app.predict(picture(), api_name="/caption"),
    "text to image": lambda app: app.predict("a red car", seed=1, api_name="/draw"),
}


def main() -> None:
    print("Memory, every tab used once (bars: under 250 MB at start, under 2,500 MB at the end)")
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder), "--models", "bundled") as app,
    ):
        _show("at start", app.process)
        client = Client(app.address, verbose=False)
        for name, use in USES.items():
            use(client)
            _show(name, app.process)
        time.sleep(REST)
        _show("all of them, at rest", app.process)


def picture() -> Any:
    return handle_file(str(gallery.file_of(gallery.entries()[0].key)))


def _show(name: str, process: psutil.Process) -> None:
    held = process.memory_full_info()
    print(f"  {name:<52} {held.rss / 1e6:>8.0f} MB resident {held.uss / 1e6:>8.0f} MB own")
