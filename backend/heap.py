"""Free memory of the C heap goes back to the system.

glibc keeps what is freed for the next to come, in an arena for each of many threads: 64 answers at
once left 900 MB that nobody used. malloc_trim(3) gives that back, of all arenas, within some
milliseconds, or half a second where it is that much. Elsewhere than on glibc nothing is done.
"""

from __future__ import annotations

import ctypes
import gc
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SECONDS = 10.0  # between two trimmings
WORK = 1.0  # seconds of the processor's, below which there is nothing to gain


class Trimmer:
    """Trims now and then, if the process has done anything since."""

    def __init__(self, trim: Callable[[], object] | None = None) -> None:
        self._trim = trim or _glibc_trim()
        self._trimmed_at, self._worked = time.monotonic(), time.process_time()

    def look(self) -> None:
        """Trim if it is time to; to be called every few seconds or oftener."""
        now, worked = time.monotonic(), time.process_time()
        if self._trim and now - self._trimmed_at >= SECONDS and worked - self._worked >= WORK:
            self._trim()
            self._trimmed_at, self._worked = time.monotonic(), time.process_time()


def _glibc_trim() -> Callable[[], object] | None:
    """malloc_trim(0), which lets other threads of Python run meanwhile; None without it."""
    if not sys.platform.startswith("linux"):
        return None
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return (lambda: trim(0)) if trim else None


@contextmanager
def what_stays() -> Iterator[None]:
    """Libraries and the page are there until the end: the collector of unused objects does not go
    through them, neither while they come (a quarter of the time of starting) nor later."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
