"""Streaming at the pace of the eye: the page is redrawn a few times a second, not per token."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from backend.run import stage_of

T = TypeVar("T")
INTERVAL = 0.08  # seconds; twelve redraws a second look continuous


def paced(
    updates: Iterator[T], stage: Callable[[T], object] = stage_of, interval: float = INTERVAL
) -> Iterator[T]:
    """The updates that are worth a redraw: the first of each stage, and one per interval."""
    shown_at, shown = float("-inf"), object()
    for update in updates:
        now = time.monotonic()
        if stage(update) != shown or now - shown_at >= interval:
            shown_at, shown = now, stage(update)
            yield update
