"""Long steps in parts: generators that yield None wherever others may have their turn."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

T = TypeVar("T")
Parts = Generator[None, None, T]


def finish(parts: Parts[T]) -> T:
    """The result, without a stop in between."""
    while True:
        try:
            next(parts)
        except StopIteration as end:
            found: T = end.value
            return found
