"""A page of another server with frames of ours, as a deck of slides has them."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from html import escape
from pathlib import Path

FRAME_WIDTH, FRAME_HEIGHT, COLUMNS = 480, 360, 4


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Says nothing about what it is asked."""

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a folder's files, on a server of their own."""
    handler = partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@contextmanager
def deck(folder: Path, links: Sequence[str]) -> Iterator[str]:
    """The address of a page that shows each link in a frame."""
    frame = f'<iframe src="{{}}" width="{FRAME_WIDTH}" height="{FRAME_HEIGHT}"></iframe>'
    frames = "\n".join(frame.format(escape(link)) for link in links)
    (folder / "deck.html").write_text(f"<!doctype html>{frames}")
    with served(folder) as address:
        yield f"{address}deck.html"


def room(frames: int) -> dict[str, int]:
    """A window in which all of them are seen: a browser draws nothing of what is out of sight."""
    return {
        "width": COLUMNS * (FRAME_WIDTH + 20),
        "height": frames // COLUMNS * (FRAME_HEIGHT + 20),
    }
