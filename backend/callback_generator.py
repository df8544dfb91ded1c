"""A function that reports its steps through a callback, as a generator of the reports.

diffusers calls back at each step and returns only at the end, a network's hooks are called at each
layer. On a thread of its own such work takes one step each time that it is asked for a report, and
rests in between: other runs have their turn then.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator
from concurrent.futures import Executor
from typing import Any, TypeVar

from backend.parts import Parts

Check = Callable[[], None]
T = TypeVar("T")
R = TypeVar("R")


class Closed(BaseException):
    """Nobody reads the reports any more: raised inside the work, where it rests."""


def in_turns(work: Callable[[Check], R], check: Check, thread: Executor) -> Parts[R]:
    """`work(check)` as parts: wherever it calls `check`, which may raise, others have a turn."""

    def step(report: Callable[[None], None]) -> R:
        def check_and_rest() -> None:
            check()
            report(None)
            check()

        return work(check_and_rest)

    return as_generator(step, thread)


def as_generator(
    work: Callable[[Callable[[T], None]], R], thread: Executor
) -> Generator[T, None, R]:
    """Yield what `work(report)` reports, then return what it returns, or raise what it raises.

    `thread` is the same executor each time: a new thread would have to allocate its memory and its
    OpenMP helpers first, which takes a tenth of a short drawing. Closing the generator ends the
    work at the report that was read last, and waits for that.
    """
    reports: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
    goes_on: queue.SimpleQueue[bool] = queue.SimpleQueue()
    ended = threading.Event()

    def report(value: T) -> None:
        reports.put(("report", value))
        if not goes_on.get():
            raise Closed

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
            goes_on.put(True)
    finally:
        goes_on.put(False)
        ended.wait()
