"""A function that reports its steps through a callback, as a generator of the reports.

diffusers calls back at each step and returns only at the end. On a thread of its own its reports
can be read while it works, and it does not wait for the reader.
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
    """Nobody reads the reports any more: raised inside the work, at its next report."""


def as_generator(
    work: Callable[[Callable[[T], None]], R], thread: Executor
) -> Generator[T, None, R]:
    """Yield what `work(report)` reports, then return what it returns, or raise what it raises.

    `thread` is the same executor each time: a new thread would have to allocate its memory and its
    OpenMP helpers first, which takes a tenth of a short drawing. Closing the generator ends the
    work at its next report, and waits for that.
    """
    reports: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
    closed, ended = threading.Event(), threading.Event()

    def report(value: T) -> None:
        if closed.is_set():
            raise Closed
        reports.put(("report", value))

    def run() -> None:
        try:
            reports.put(("returned", work(report)))
        except BaseException as error:  # noqa: BLE001 (the generator raises it)
            reports.put(("raised", error))
        finally:
            ended.set()

    thread.submit(run)
    try:
        while True:
            kind, value = reports.get()
            if kind == "returned":
                return value
            if kind == "raised":
                raise value
            yield value
    finally:
        closed.set()
        ended.wait()
