"""How much of the machine's memory pictures may take while they are decoded, all together.

A file of 118 kB may hold 64 megapixels. What counts is bytes in flight, not calls: many small
pictures are read side by side, and of the largest only as many as fit.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

MAX_BYTES_IN_FLIGHT = 400_000_000


class MemoryBudget:
    """So many bytes for all threads together."""

    def __init__(self, size: int) -> None:
        self._size = self._free = size
        self._changed = threading.Condition()

    @contextmanager
    def holding(self, needed: int) -> Iterator[None]:
        """Waits until so many bytes are free, and has them until the block ends. Who needs more
        than there is has it all alone."""
        taken = min(needed, self._size)
        with self._changed:
            self._changed.wait_for(lambda: self._free >= taken)
            self._free -= taken
        try:
            yield
        finally:
            with self._changed:
                self._free += taken
                self._changed.notify_all()


DECODING = MemoryBudget(MAX_BYTES_IN_FLIGHT)
