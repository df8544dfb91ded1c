"""Encoding many pictures: threads decode ahead, the device only encodes.

The pictures' order is kept, whatever thread is done first; one that fails takes only itself out.
Memory stays bounded: a few batches are under way, whatever their number.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import Any, TypeVar

import numpy as np

T = TypeVar("T")
R = TypeVar("R")
BATCH = 32
THREADS = 2
AHEAD = BATCH + 8  # pictures read ahead, so that a batch is ready when the last one is encoded


def decoded_ahead(work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """`work` of each item, in order, done on other threads before it is asked for."""
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
    """Lists of `size`, the last one shorter."""
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch


def encode(encoder: Any, pixels: list[Any]) -> np.ndarray:
    """Unit vectors float32 [N, D] of what `encoder.pixels_of` gave."""
    return encoder.encode_pixels(pixels).numpy()
