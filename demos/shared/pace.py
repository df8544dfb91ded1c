"""Streaming at the pace of the eye: the page is redrawn a few times a second, not per token."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from backend.run import stage_of

T = TypeVar("T")
INTERVAL = 0.08  # seconds; twelve redraws a second look continuous
SHARE = 4  # a redraw takes at most one part in as many of the time; more where many look on


def paced(
    updates: Iterator[T], stage: Callable[[T], object] = stage_of, interval: float = INTERVAL
) -> Iterator[T]:
    """The updates that are worth a redraw: the first of each stage, and one per interval.

    The interval grows with what the last redraw cost: a server that is busy with the pages of a
    hundred visitors would have no time left for the models.
    """
    again_at, shown = float("-inf"), object()
    for update in updates:
        now = time.monotonic()
        if stage(update) != shown or now >= again_at:
            shown = stage(update)
            yield update
            took = time.monotonic() - now
            again_at = now + max(interval, SHARE * took if interval else 0.0)
