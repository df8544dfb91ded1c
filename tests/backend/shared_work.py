"""Work that counts, asked by several visitors of a backend that keeps results."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from typing import Any

from backend import Backend
from backend.jobs import keeping_what_is_done
from backend.operation import Operation
from backend.run import Progress, Run, RunCard
from backend.saved_results import SavedResults
from tests.backend.fakes import (
    PATIENCE,
    Clock,
    make_backend,
)

ASKED = Operation("generation", "test.long", ("how many", 3), cacheable=True)


@dataclass(frozen=True)
class Counted:
    """An update of the work below."""

    number: int
    card: RunCard | None = None

    @property
    def stage(self) -> bool:
        return self.card is not None

    def stopped(self, run: Run) -> Counted:
        return replace(self, card=run.card((), {"finished": "stopped"}))


class Counting:
    """Work that counts to three, and waits for `gate` before each number but the first."""

    def __init__(self, gate: threading.Semaphore | None = None, to: int = 3) -> None:
        self.begun, self.ended, self.gate, self.to = 0, 0, gate, to
        self.is_at_work = threading.Event()

    def __call__(self, model: Any, run: Run) -> Generator[Progress | Counted, None, None]:
        self.begun += 1
        number = 0
        try:
            with keeping_what_is_done(lambda: number > 0):
                for following in range(1, self.to + 1):
                    if number and self.gate:
                        assert self.gate.acquire(timeout=PATIENCE)
                    run.job.check()
                    number = following
                    yield Counted(number)
                    self.is_at_work.set()
            yield Counted(number, run.card((), {}))
        finally:
            self.ended += 1


def saving(megabytes: float = 100, clock: Clock | None = None, **options: Any) -> Backend:
    saved = SavedResults(int(megabytes * 1e6), (clock or Clock()).monotonic)
    return make_backend(saved=saved, **options)


def ask(
    backend: Backend, work: Callable[..., Any], visitor: str = "ann", asked: Operation = ASKED
) -> Iterator[Any]:
    return backend.perform(replace(asked, hint=Heedless(work)), "", visitor)


@dataclass(frozen=True)
class Heedless:
    """Work that does not look at what is asked."""

    work: Callable[..., Any]

    def __call__(self, model: Any, run: Run, *_: Any) -> Any:
        return self.work(model, run)


def until(updates: Iterator[Any], number: int) -> Counted:
    """The first update that has counted so far."""
    return next(u for u in updates if isinstance(u, Counted) and u.number >= number)
