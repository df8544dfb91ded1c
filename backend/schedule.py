"""Who may use a device, for how long, and how a visitor stops what they started.

Runs on one device go on by turns (`turns.py`), as many as there are places (`line.py`). While
nobody waits for its place a run has the whole deadline, then a part of it, and nobody's second run
comes before another visitor's first.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import TypeVar

from backend.errors import BusyError, StoppingError
from backend.jobs import Job
from backend.line import ALONE, Line, Place, Ticket
from backend.turns import Turns

T = TypeVar("T")
POLL = 0.05  # seconds between two looks at whether a wait is over


class Jobs:
    """The jobs under way by name; a line and a thread for each device."""

    def __init__(
        self, patience: float = 180.0, deadline: float = 300.0, turn: float = 60.0
    ) -> None:
        """Seconds: how long one waits for a place; how long a run may take; how much of that is
        left once somebody waits for its place. That is well below the patience, so that waiting is
        worth while."""
        self._patience, self._deadline, self._turn = patience, deadline, turn
        self._is_closed = False
        self._lock = threading.RLock()  # the collector may end a run in the middle of any line
        self._by_name: dict[str, set[Job]] = defaultdict(set)
        self._lines: dict[str, Line] = defaultdict(Line)
        self._tickets: dict[Job, tuple[Line, Ticket]] = {}
        self._turns: dict[str, Turns] = {}

    @contextmanager
    def open(self, visitor: str, name: str = "") -> Iterator[Job]:
        """A job that `cancel(visitor)` reaches until the block ends; `cancel(name)`, if it has one.
        Either way it has the visitor's turns."""
        job, name = Job(self._deadline, visitor), name or visitor
        with self._lock:
            if self._is_closed:
                raise StoppingError("server_stopping")
            self._by_name[name].add(job)
        try:
            yield job
        finally:
            self._close(name, job)

    def cancel(self, name: str) -> int:
        """Stop all jobs of this name, such as a visitor's; how many there were."""
        with self._lock:
            jobs = list(self._by_name.get(name, ()))
        for job in jobs:
            job.cancel()
        return len(jobs)

    def close(self) -> None:
        """The server stops: whatever runs ends with a sentence about it, and nothing new begins."""
        with self._lock:
            self._is_closed = True
            jobs = [job for of_one in self._by_name.values() for job in of_one]
        for job in jobs:
            job.cancel(StoppingError("server_stopping"))

    def take_place(self, device_kind: str, job: Job, place: Place = ALONE) -> Iterator[float]:
        """Yields the seconds waited so far until the place on the device is the job's. Its clock
        stands still meanwhile.

        Whoever exhausts this iterator has the place and owes `leave_place`.
        Raises BusyError after the patience is used up, Cancelled if the visitor left.
        """
        line, started = self._line(device_kind), time.monotonic()
        ticket = line.join(job, place)
        job.clock.stand()
        try:
            while not line.is_inside(ticket, POLL):
                job.check()
                line.hurry(ticket, self._turn)
                waited = time.monotonic() - started
                if waited > self._patience:
                    raise BusyError("waited_too_long", seconds=waited)
                yield waited
        except BaseException:
            line.leave(ticket)
            raise
        job.clock.go()
        self._tickets[job] = line, ticket

    def leave_place(self, job: Job) -> None:
        """The next in the line has it."""
        line, ticket = self._tickets.pop(job)
        line.leave(ticket)

    def on_device(
        self, device_kind: str, steps: Generator[T, None, None], job: Job, is_short: bool = False
    ) -> Iterator[T]:
        """The steps' items, each made on the device's own thread when it is their turn; closes
        them when it ends. `is_short`: they come before those that are not."""
        return self._turns_of(device_kind).items(steps, job, is_short)

    def running(self) -> int:
        """Jobs under way, waiting ones included."""
        with self._lock:
            return sum(map(len, self._by_name.values()))

    def waiting(self) -> int:
        """Of these, those that wait for a place on a device."""
        with self._lock:
            lines = list(self._lines.values())
        return sum(line.waiting() for line in lines)

    def trouble(self) -> str:
        """Why nothing more is to be expected of this process: "stopping", or "stuck", if one step
        on a device has taken longer than a whole run may. Empty if all is well."""
        with self._lock:
            turns, is_closed = list(self._turns.values()), self._is_closed
        is_stuck = any(one.step_seconds() > self._deadline for one in turns)
        return "stopping" if is_closed else "stuck" if is_stuck else ""

    def _line(self, device_kind: str) -> Line:
        with self._lock:
            return self._lines[device_kind]

    def _turns_of(self, device_kind: str) -> Turns:
        with self._lock:
            if device_kind not in self._turns:
                self._turns[device_kind] = Turns(f"{device_kind}-models")
            return self._turns[device_kind]

    def _close(self, name: str, job: Job) -> None:
        with self._lock:
            jobs = self._by_name[name]
            jobs.discard(job)
            if not jobs:
                del self._by_name[name]
