"""Who may use a device, for how long, and how a visitor stops what they started.

One slot per device: two models at once on one device make both slow. A job is one visitor's run;
the model asks `job.check()` between tokens or steps, so Stop, a closed page and the deadline
reach it within one of them. Alone, a run has the whole deadline; once somebody waits for it, it has
one turn left, and nobody's second run comes before another visitor's first.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from backend.errors import BusyError, Cancelled, DeadlineExceeded, StoppingError

T = TypeVar("T")
END = object()  # what `on_device` takes for the end of the steps
POLL = 0.05  # seconds between two looks at whether a wait is over


class Job:
    """One run of one visitor: can be cancelled, and has a deadline once it starts."""

    def __init__(self, seconds: float, visitor: str = "") -> None:
        self.visitor = visitor
        self._seconds = seconds
        self._cancelled = threading.Event()
        self._reason: Exception = Cancelled()
        self._deadline = float("inf")

    def start_clock(self) -> None:
        """The deadline counts from here: waiting for others is not the visitor's time."""
        self._deadline = time.monotonic() + self._seconds

    def stop_clock(self) -> None:
        """The device was given back: loading another model is not the visitor's time either."""
        self._deadline = float("inf")

    def hurry(self, seconds: float) -> None:
        """Somebody waits: if the clock runs, it has no more than these seconds from now on."""
        if self._deadline != float("inf"):
            self._deadline = min(self._deadline, time.monotonic() + seconds)

    def cancel(self, reason: Exception | None = None) -> None:
        """End it: for the visitor, or for another reason, which they are told."""
        self._reason = reason or Cancelled()
        self._cancelled.set()

    def check(self) -> None:
        """Raises Cancelled or DeadlineExceeded; call it between two tokens or steps."""
        if self._cancelled.is_set():
            raise self._reason
        if time.monotonic() > self._deadline:
            raise DeadlineExceeded


@dataclass
class Ending:
    """How a piece of work ended: by itself ("end"), by Stop or by the deadline."""

    finished: str = "end"


@contextmanager
def keeping_what_is_done(has_some: Callable[[], bool]) -> Iterator[Ending]:
    """Stop and the deadline end the block, not the run, once `has_some()` says that there is a
    partial result to keep. Before that they go on up as the exceptions they are."""
    ending = Ending()
    try:
        yield ending
    except (Cancelled, DeadlineExceeded) as end:
        if not has_some():
            raise
        ending.finished = "stopped" if isinstance(end, Cancelled) else "deadline"


@dataclass(frozen=True, eq=False)
class Ticket:
    """A job's place in a line. `round` is 1 for a visitor's first job there, 2 for the second."""

    job: Job
    round: int


class Line:
    """A queue before a device: whoever is first has the slot. Visitors take turns."""

    def __init__(self) -> None:
        self._moved = threading.Condition()
        self._tickets: list[Ticket] = []

    def join(self, job: Job) -> Ticket:
        """A place behind all of this round and of those before it; never before the first."""
        with self._moved:
            own = sum(ticket.job.visitor == job.visitor for ticket in self._tickets)
            ticket = Ticket(job, own + 1)
            later = (at for at, one in enumerate(self._tickets) if at and one.round > ticket.round)
            self._tickets.insert(next(later, len(self._tickets)), ticket)
        return ticket

    def is_first(self, ticket: Ticket, patience: float) -> bool:
        """Whether the ticket is first now or becomes so within `patience` seconds."""
        with self._moved:
            return self._moved.wait_for(lambda: self._tickets[0] is ticket, patience)

    def hurry(self, seconds: float) -> None:
        """Whoever is first has no more than these seconds left."""
        with self._moved:
            if self._tickets:
                self._tickets[0].job.hurry(seconds)

    def leave(self, ticket: Ticket | None = None) -> None:
        """Take a ticket out of the line: one that waits, or by default the first."""
        with self._moved:
            self._tickets.remove(self._tickets[0] if ticket is None else ticket)
            self._moved.notify_all()


class Jobs:
    """The jobs under way by visitor; one slot and one thread per device."""

    def __init__(
        self, patience: float = 180.0, deadline: float = 300.0, turn: float = 60.0
    ) -> None:
        """Seconds: how long one waits for a slot; how long a run may take; how much of that is left
        once somebody waits. A turn is well below the patience, so that waiting is worth while."""
        self._patience, self._deadline, self._turn = patience, deadline, turn
        self._is_closed = False
        self._lock = threading.RLock()  # the collector may end a run in the middle of any line
        self._by_visitor: dict[str, set[Job]] = defaultdict(set)
        self._lines: dict[str, Line] = defaultdict(Line)
        self._threads: dict[str, ThreadPoolExecutor] = {}

    @contextmanager
    def open(self, visitor: str) -> Iterator[Job]:
        """A job that `cancel(visitor)` reaches until the block ends."""
        job = Job(self._deadline, visitor)
        with self._lock:
            if self._is_closed:
                raise StoppingError("server_stopping")
            self._by_visitor[visitor].add(job)
        try:
            yield job
        finally:
            self._close(visitor, job)

    def cancel(self, visitor: str) -> int:
        """Stop all of a visitor's jobs; how many there were."""
        with self._lock:
            jobs = list(self._by_visitor.get(visitor, ()))
        for job in jobs:
            job.cancel()
        return len(jobs)

    def close(self) -> None:
        """The server stops: whatever runs ends with a sentence about it, and nothing new begins."""
        with self._lock:
            self._is_closed = True
            jobs = [job for of_one in self._by_visitor.values() for job in of_one]
        for job in jobs:
            job.cancel(StoppingError("server_stopping"))

    def take_slot(self, device_kind: str, job: Job) -> Iterator[float]:
        """Yields the seconds waited so far until the device's slot is ours.

        Whoever exhausts this iterator holds the slot and owes `release_slot`.
        Raises BusyError after the patience is used up, Cancelled if the visitor left.
        """
        line, started = self._line(device_kind), time.monotonic()
        ticket = line.join(job)
        try:
            while not line.is_first(ticket, POLL):
                job.check()
                line.hurry(self._turn)
                waited = time.monotonic() - started
                if waited > self._patience:
                    raise BusyError("waited_too_long", seconds=waited)
                yield waited
        except BaseException:
            line.leave(ticket)
            raise

    def release_slot(self, device_kind: str) -> None:
        """Whoever is first in the line leaves it."""
        self._line(device_kind).leave()

    def on_device(self, device_kind: str, steps: Generator[T, None, None]) -> Iterator[T]:
        """The steps' items, each made on the device's own thread; closes them when it ends.

        Libraries such as OpenMP keep a team of threads for each thread that calls them. A
        generator resumed on whichever thread the server has free would wake another team for
        each token, and all teams fight over the cores: 16 tokens/s in place of 25 on 2 cores.
        """
        thread = self._thread(device_kind)
        try:
            while (item := thread.submit(next, steps, END).result()) is not END:
                yield item  # type: ignore[misc]  # what is not END is a T
        finally:
            # Not waited for: a collected iterator ends on any thread, this one's own included.
            # Whoever comes next queues behind it.
            thread.submit(steps.close)

    def running(self) -> int:
        """Jobs under way, waiting ones included."""
        with self._lock:
            return sum(map(len, self._by_visitor.values()))

    def _line(self, device_kind: str) -> Line:
        with self._lock:
            return self._lines[device_kind]

    def _thread(self, device_kind: str) -> ThreadPoolExecutor:
        with self._lock:
            if device_kind not in self._threads:
                self._threads[device_kind] = ThreadPoolExecutor(1, f"{device_kind}-models")
            return self._threads[device_kind]

    def _close(self, visitor: str, job: Job) -> None:
        with self._lock:
            jobs = self._by_visitor[visitor]
            jobs.discard(job)
            if not jobs:
                del self._by_visitor[visitor]
