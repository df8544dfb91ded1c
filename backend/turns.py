"""One thread per device drives all runs there in rounds, one step of one run at a time.

Libraries such as OpenMP keep a team of threads for each thread that calls them. A generator resumed
on whichever thread the server has free would wake another team for each token, and all teams fight
over the cores: 16 tokens/s in place of 25 on 2 cores. So all work of a device is on one thread.

A round is one step of each run that is ready, the visitor first who has waited longest, and then
one step of each batch that rows wait on (`together.py`). Short work passes before all others, but
not for ever. A run is ready when its consumer asks for an item; a row of a batch goes on without.
What a run yields is an item for its consumer, but for None (a place to stop in a long step) and
`Waits`.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import Any, TypeVar

from backend.device_thread import DeviceThread
from backend.errors import BusyError
from backend.jobs import Job
from backend.together import Together, Waits

log = logging.getLogger(__name__)
T = TypeVar("T")
MOST_SHORT = 4  # short steps in a row while others are ready
SHORT = 2.0  # seconds of its own after which short work is not short any more
LOOK = 1.0  # seconds without an item after which a consumer looks what it waits for
LONG = 5.0  # seconds of others' step for which who was stopped waits to say what it has
TOO_LONG = 60.0  # seconds that no single step should take
END = object()


@dataclass(frozen=True)
class Failed:
    """What a run raised, on its way to the consumer."""

    error: BaseException


@dataclass(eq=False)
class Seat:
    """One run on the device."""

    steps: Generator[Any, None, None]
    job: Job
    is_short: bool
    items: queue.SimpleQueue[Any] = field(default_factory=queue.SimpleQueue)
    is_asked: bool = False  # its consumer waits for an item
    is_row: bool = False  # it has waited on a batch: it goes on whether it is asked or not
    waits_on: Together | None = None
    round: int = 0  # in which it had its last step
    began: float | None = None  # by the job's clock
    is_over: bool = False

    @property
    def name(self) -> str:
        """Of the work, for the log."""
        return str(getattr(self.steps, "__qualname__", type(self.steps).__name__))

    @property
    def is_ready(self) -> bool:
        return (self.is_asked or self.is_row) and self.waits_on is None

    @property
    def is_urgent(self) -> bool:
        """Short work, and runs that were stopped: they only say what they have."""
        seconds = 0.0 if self.began is None else self.job.clock() - self.began
        return self.job.is_cancelled or (self.is_short and seconds < SHORT)


@dataclass
class Step:
    """What the thread is at."""

    of: str
    since: float  # time.monotonic()
    seats: Sequence[Seat]  # whose step it is
    is_known: bool = False  # to take too long


class Turns:
    """The runs of one device, and the thread that drives them."""

    def __init__(self, name: str) -> None:
        self._thread = DeviceThread(name)
        self._lock = threading.RLock()  # the collector may end a run in the middle of any line
        self._seats: list[Seat] = []
        self._left: deque[Seat] = deque()  # whose consumers have gone
        self._round, self._short_in_a_row = 1, 0
        self._turns, self._last_turn = count(1), dict[str, int]()  # the latter by visitor
        self._at_work: Step | None = None

    def items(
        self, steps: Generator[T, None, None], job: Job, is_short: bool = False
    ) -> Iterator[T]:
        """What the run has for its consumer, each made on the device's thread."""
        seat = Seat(steps, job, is_short)
        try:
            while (item := self._item_of(seat)) is not END:
                yield item
        finally:
            self._leave(seat)

    def step_seconds(self) -> float:
        """For how long the step that is under way has taken; 0.0 between two."""
        step = self._at_work
        return 0.0 if step is None else time.monotonic() - step.since

    # ---- On the consumer's thread.

    def _item_of(self, seat: Seat) -> Any:
        """The run's next item, or END; raises what the run raised."""
        self._ask(seat)
        while True:
            try:
                item = seat.items.get(timeout=LOOK)
            except queue.Empty:
                self._look(seat)
                continue
            if isinstance(item, Failed):
                raise item.error
            return item

    def _ask(self, seat: Seat) -> None:
        with self._lock:
            if seat.is_over:
                return
            if seat not in self._seats:
                self._seats.append(seat)
                for one in self._seats:
                    one.job.note_beside(len(self._seats) - 1)
            if not seat.is_row:
                seat.is_asked = True
                seat.job.clock.stand()
            self._wake()

    def _leave(self, seat: Seat) -> None:
        """Have the run closed. Not waited for: a collected iterator ends on any thread, the
        device's own included. Whoever comes next has their first step after it."""
        if not seat.is_over:
            self._left.append(seat)
            self._wake()

    def _wake(self) -> None:
        """Whatever the thread is at, it looks for runs once more after this."""
        if not self._thread.has_next:
            self._thread.submit(self._drive)

    def _look(self, seat: Seat) -> None:
        """Raises Cancelled where who pressed Stop would wait for others' long step. One that takes
        far too long ends the wait of all: a BusyError, for its own runs Stop or the deadline."""
        if (step := self._at_work) is None:
            return
        seconds, is_others = time.monotonic() - step.since, seat not in step.seats
        if seconds >= TOO_LONG:
            self._say_stuck(step, seconds)
            seat.job.check()
            if is_others:
                raise BusyError("waited_too_long", seconds=seconds)
        elif is_others and seat.job.is_cancelled and (seat.began is None or seconds >= LONG):
            seat.job.check()

    def _say_stuck(self, step: Step, seconds: float) -> None:
        """In the log, once."""
        if not step.is_known:
            step.is_known = True
            waiting = sum(seat.is_ready for seat in self._seats)
            log.error("one step of %s takes %.0f s; %d runs wait", step.of, seconds, waiting)

    # ---- On the device's thread.

    def _drive(self) -> None:
        """Turns, until nobody is ready."""
        try:
            while turn := self._next_turn():
                turn()
        except BaseException as error:  # noqa: BLE001 (ours: runs' own errors do not come here)
            self._give_up(error)

    def _next_turn(self) -> Callable[[], None] | None:
        """What to do next: first ends, then short work, then who is still to come this round."""
        with self._lock:
            if self._left:
                return partial(self._close, self._left.popleft())
            ready = [seat for seat in self._seats if seat.is_ready]
            urgent = [seat for seat in ready if seat.is_urgent]
            others = [seat for seat in ready if seat not in urgent]
            batch = next((seat.waits_on for seat in self._seats if seat.waits_on), None)
            is_enough = self._short_in_a_row >= MOST_SHORT and (others or batch)
            if urgent and not is_enough:
                self._short_in_a_row += 1
                return partial(self._step, self._fairest(urgent))
            self._short_in_a_row = 0
            return self._long_turn(others, batch)

    def _long_turn(self, ready: list[Seat], batch: Together | None) -> Callable[[], None] | None:
        to_come = [seat for seat in ready if seat.round < self._round]
        if not to_come and batch:
            return partial(self._step_together, batch)
        if not to_come and ready:
            self._round += 1
            to_come = ready
        return partial(self._step, self._fairest(to_come)) if to_come else None

    def _fairest(self, seats: Sequence[Seat]) -> Seat:
        """Of the visitor whose last step is longest ago, the run that came first."""
        return min(seats, key=lambda seat: self._last_turn.get(seat.job.visitor, 0))

    def _step(self, seat: Seat) -> None:
        """One step of one run. A row that came back from its batch has an item first and then
        waits again: that is one step."""
        seat.round = self._round
        seat.began = seat.job.clock() if seat.began is None else seat.began
        self._last_turn[seat.job.visitor] = next(self._turns)
        with self._at(seat.name, [seat]):
            had_item = self._resume(seat)
            if had_item and seat.is_row and not seat.is_over:
                self._resume(seat)

    def _resume(self, seat: Seat) -> bool:
        """Drive a run to the next thing that it yields; whether that was an item."""
        try:
            item = next(seat.steps)
        except StopIteration:
            self._end(seat, END)
        except BaseException as error:  # noqa: BLE001 (its consumer raises it)
            self._end(seat, Failed(error))
        else:
            if isinstance(item, Waits):
                seat.is_row, seat.waits_on = True, item.on
            elif item is not None:
                seat.is_asked = False  # before the item is there: its consumer may ask at once
                seat.items.put(item)
                return True
        return False

    def _step_together(self, batch: Together) -> None:
        """One step of a batch. It is the own time of each row, and not by shares: a row's tokens
        come at the pace of the batch, and a speed on its card that nobody saw would mislead."""
        rows, name = [one for one in self._seats if one.waits_on is batch], type(batch).__qualname__
        with self._at(name, rows):
            try:
                batch.step()
            except BaseException:  # whatever it is, the rows go on, and see what they have got
                log.exception("a step of %s failed", name)
        for seat in rows:
            seat.waits_on = None

    @contextmanager
    def _at(self, what: str, seats: Sequence[Seat]) -> Iterator[None]:
        """The time of these runs' own; it stands again for those that go on when they can."""
        self._at_work = Step(what, time.monotonic(), seats)
        for seat in seats:
            seat.job.clock.go()
        yield
        for seat in seats:
            if seat.is_asked or seat.is_row:
                seat.job.clock.stand()
        self._at_work = None

    def _close(self, seat: Seat) -> None:
        """The consumer has gone."""
        self._end(seat, END)
        try:
            seat.steps.close()
        except BaseException:  # whatever the run does at its end, the others go on
            log.exception("%s did not end well", seat.name)

    def _end(self, seat: Seat, item: object) -> None:
        with self._lock:
            seat.is_over, seat.is_asked, seat.is_row, seat.waits_on = True, False, False, None
            if seat in self._seats:
                self._seats.remove(seat)
            visitor = seat.job.visitor
            if not any(one.job.visitor == visitor for one in self._seats):
                self._last_turn.pop(visitor, None)
        seat.items.put(item)

    def _give_up(self, error: BaseException) -> None:
        """A mistake in this file: all runs end with a sentence, and the next ones find it clean."""
        log.critical("the turns of a device failed", exc_info=error)
        with self._lock:
            seats = [*self._seats, *self._left]
            self._seats, self._left = [], deque()
            self._last_turn.clear()
            self._at_work = None
        for seat in seats:
            seat.items.put(Failed(BusyError("turns_failed")))
            self._close(seat)
