"""Operations for these tests, done by functions that another process could import."""

from __future__ import annotations

import threading
from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from backend.jobs import keeping_what_is_done
from backend.operation import Operation
from backend.operations import OPERATIONS, Procedure
from backend.run import Run, RunCard

GATE = threading.Event()  # what `count` waits for before each number but the first
ENDED: list[str] = []  # how each work ended


@dataclass(frozen=True)
class Counted:
    """An update of `count`."""

    numbers: tuple[int, ...]
    card: RunCard | None = None

    def go_on(self, operation: Operation) -> Operation:
        return replace(operation, request=(operation.arguments[0], len(self.numbers)))


@dataclass(frozen=True)
class Uploaded:
    """What `read` has found."""

    paths: tuple[Path, ...]
    contents: tuple[bytes, ...]


def count(model: Any, run: Run, to: int, start: int = 0) -> Generator[Any, None, None]:
    """Counts; a step lasts until the gate opens or it is stopped."""
    numbers = tuple(range(1, start + 1))
    try:
        with keeping_what_is_done(lambda: bool(numbers)) as ending:
            for number in range(start + 1, to + 1):
                while number > start + 1 and not GATE.wait(0.01):
                    run.job.check()
                run.job.check()
                numbers = (*numbers, number)
                yield Counted(numbers)
        yield Counted(numbers, run.card((), {"finished": ending.finished}))
    finally:
        ENDED.append("ended")


def fail(model: Any, run: Run, kind: str) -> Generator[Any, None, None]:
    """Raises what its name says, but for the row that stands behind."""
    yield run.progress(_starting())
    if kind == "memory" and run.spec.id == "big":
        raise MemoryError("out of memory")
    if kind == "bug":
        raise ZeroDivisionError("a bug")
    yield run.spec.id


def name_it(model: Any, run: Run, *_: Any) -> Generator[Any, None, None]:
    yield (run.spec.id, run.device.name, [str(fall) for fall in run.falls], run.hint)


def read(model: Any, run: Run, uploads: list[Path]) -> Generator[Any, None, None]:
    """Where the files lie and what is in them; then it waits as `count` does."""
    yield Uploaded(tuple(uploads), tuple(one.read_bytes() for one in uploads))
    while not GATE.wait(0.01):
        run.job.check()


def _starting() -> Any:
    from backend.messages import message

    return message("starting")


HERE = "tests.backend.executors.works"
WORKS = {
    **OPERATIONS,
    "test.count": Procedure(f"{HERE}:count", "long"),
    "test.fail": Procedure(f"{HERE}:fail", "short"),
    "test.read": Procedure(f"{HERE}:read", "long"),
    "test.name": Procedure(f"{HERE}:name_it", "short"),
}
