"""Many pictures for the device: other threads decode the next ones while it encodes a batch.

The order of the pictures is kept, whichever thread is done first; one that fails takes only itself
out. Memory stays bounded: only a few batches are under way, however many pictures there are.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")
BATCH = 32
THREADS = 2
AHEAD = BATCH + 8  # items under way: a batch is ready by the time the last one is encoded


def prefetched(work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """`work(item)` for each item in order, done on other threads before it is asked for."""
    threads = ThreadPoolExecutor(THREADS, "decode")
    waiting: deque[Future[R]] = deque()
    try:
        source = iter(items)
        waiting.extend(threads.submit(work, item) for item in islice(source, AHEAD))
        while waiting:
            done = waiting.popleft().result()
            waiting.extend(threads.submit(work, item) for item in islice(source, 1))
            yield done
    finally:
        threads.shutdown(wait=True, cancel_futures=True)


def batches(items: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """Lists of `size` items; the last one is shorter."""
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch
