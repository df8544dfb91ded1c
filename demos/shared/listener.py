"""Whether anybody reads what a run sends: a call over HTTP may be made and its answer never asked
for. gradio keeps the messages of each session in a queue until somebody fetches them."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from contextlib import closing
from typing import Any, TypeVar

from gradio.context import LocalContext

from backend.errors import Cancelled

T = TypeVar("T")
PATIENCE = 20.0  # seconds in which nothing was read; who reads, reads at once
FEW = 2  # messages that may lie there while somebody reads


def while_somebody_reads(steps: Generator[T, None, None]) -> Iterator[T]:
    """The steps. Closes them and raises Cancelled once the messages of this session have lain
    unread for long."""
    read_at = time.monotonic()
    with closing(steps):
        for step in steps:
            yield step
            if _unread() <= FEW:
                read_at = time.monotonic()
            elif time.monotonic() - read_at > PATIENCE:
                raise Cancelled


def _unread() -> int:
    """Messages of this session that nobody has fetched yet; 0 outside a call."""
    blocks, request = LocalContext.blocks.get(None), LocalContext.request.get(None)
    if blocks is None or request is None:
        return 0
    waiting: dict[str, Any] = blocks._queue.pending_messages_per_session
    queue = waiting.get(request.session_hash or "")
    return 0 if queue is None else int(queue.qsize())
