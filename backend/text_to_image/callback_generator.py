"""A function that reports its steps, as a generator of the steps.

diffusers calls back at each step and returns only at the end. Run on a thread of its own, its
reports can be looked at while it works; nothing waits for whoever looks.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator
from concurrent.futures import Executor
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Closed(BaseException):
    """Nobody looks any more: raised inside the work, at its next report."""


def stepwise(work: Callable[[Callable[[T], None]], R], thread: Executor) -> Generator[T, None, R]:
    """Yield what `work(tell)` tells, then return what it returns, or raise what it raises.

    `thread` does the work: the same one each time, for a new thread has its memory and its helpers
    to find first (a tenth of a short drawing). Closing the generator ends the work at its next
    report, and waits for that.
    """
    told: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
    closed, ended = threading.Event(), threading.Event()

    def tell(report: T) -> None:
        if closed.is_set():
            raise Closed
        told.put(("told", report))

    def run() -> None:
        try:
            told.put(("returned", work(tell)))
        except BaseException as error:  # noqa: BLE001 (all of it is the generator's to raise)
            told.put(("raised", error))
        finally:
            ended.set()

    thread.submit(run)
    try:
        while True:
            kind, value = told.get()
            if kind == "returned":
                return value
            if kind == "raised":
                raise value
            yield value
    finally:
        closed.set()
        ended.wait()
