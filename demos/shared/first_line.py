"""A line on the page soon after a click, whatever the first steps of a run wait for.

The first run after a start imports libraries, for seconds in which its service says nothing, and in
parts of which no thread of the process goes on: its line is sent before.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextvars import copy_context
from dataclasses import replace
from typing import Any, TypeVar

from backend import lazy_libraries
from backend.messages import message
from backend.run import Progress

T = TypeVar("T")
SOON = 0.2  # seconds; for less, the last result stays rather than flicker
DELIVERY = 0.3  # seconds for a line to leave before libraries are read
END = object()


def is_lasting(update: object) -> bool:
    """Not progress that may be over at once."""
    return not isinstance(update, Progress) or update.seconds >= SOON


def with_first_line(
    make: Callable[[], Iterator[T]],
    is_seen: Callable[[object], bool] = is_lasting,
    patience: float = SOON,
) -> Iterator[T | Progress]:
    """What `make` makes. Where nothing that `is_seen` comes within `patience` seconds, the last
    progress or that something starts. Until then another thread waits, for `make` as well."""
    begun, doing = time.monotonic(), Progress(message("starting"), 0.0)
    thread = ThreadPoolExecutor(1, "first-line")
    updates, has_line = _lazily(make), False
    if not lazy_libraries.are_asked_for():
        yield replace(doing, seconds=patience)
        time.sleep(DELIVERY)
        has_line = True
    try:
        while not has_line:
            ahead = thread.submit(copy_context().run, _next, updates)
            if not wait([ahead], max(0.0, begun + patience - time.monotonic())).done:
                has_line = True
                yield replace(doing, seconds=time.monotonic() - begun)
            update = ahead.result()
            if update is END:
                return
            yield update
            has_line = has_line or is_seen(update)
            doing = update if isinstance(update, Progress) else doing
    finally:
        thread.shutdown(wait=False)  # whoever has left does not wait for what is under way
    yield from updates


def always(update: object) -> bool:
    """For a page that shows every update."""
    return True


def _next(updates: Iterator[T]) -> Any:
    """A T, or END."""
    return next(updates, END)


def _lazily(make: Callable[[], Iterator[T]]) -> Iterator[T]:
    yield from make()
