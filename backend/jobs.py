"""One run of one visitor: how it is stopped, how long it may take, and its own time.

The model asks `job.check()` between tokens or steps, so Stop, a closed page and the deadline reach
it within one of them.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from backend.errors import Cancelled, DeadlineExceeded


class OwnClock:
    """Seconds as one run counts them: the clock stands still while others have their turn."""

    def __init__(self) -> None:
        self._stood = 0.0
        self._since: float | None = None  # when it was stopped

    def __call__(self) -> float:
        """Like time.monotonic(), of which it is behind by `stood`."""
        return time.monotonic() - self.stood

    @property
    def stood(self) -> float:
        """For how many seconds it has stood still."""
        since = self._since
        return self._stood + (0.0 if since is None else time.monotonic() - since)

    def stand(self) -> None:
        """From here on others have their turn."""
        if self._since is None:
            self._since = time.monotonic()

    def go(self) -> None:
        """From here on it is the run's own time."""
        self._stood, self._since = self.stood, None


class Job:
    """One run of one visitor: can be cancelled, and has a deadline once it starts."""

    def __init__(self, seconds: float, visitor: str = "") -> None:
        self.visitor = visitor
        self.clock = OwnClock()
        self.beside = 0  # the most other runs that shared the device with it at one time
        self._seconds = seconds
        self._cancelled = threading.Event()
        self._reason: Exception = Cancelled()
        self._deadline = float("inf")
        self._ran_out = False
        self._told: list[Callable[[], None]] = []

    def start_clock(self) -> None:
        """The deadline counts from here, in the run's own time: waiting for others is not."""
        self._deadline = self.clock() + self._seconds

    def stop_clock(self) -> None:
        """The device was given back: loading another model is not the visitor's time either."""
        self._ran_out |= self.clock() > self._deadline
        self._deadline = float("inf")

    def hurry(self, seconds: float) -> None:
        """Somebody waits: if the clock runs, it has no more than these seconds from now on."""
        if self._deadline != float("inf"):
            self._deadline = min(self._deadline, self.clock() + seconds)

    def note_beside(self, others: int) -> None:
        """So many other runs share the device just now."""
        self.beside = max(self.beside, others)

    @property
    def is_cancelled(self) -> bool:
        return self._cancelled.is_set()

    @property
    def is_cut(self) -> bool:
        """Whether it was stopped, or ran out of time."""
        return self.is_cancelled or self._ran_out or self.clock() > self._deadline

    def note_cut(self) -> None:
        """It ran elsewhere, and out of time there."""
        self._ran_out = True

    def cancel(self, reason: Exception | None = None) -> None:
        """End it: for the visitor, or for another reason, which they are told."""
        self._reason = reason or Cancelled()
        self._cancelled.set()
        for tell in list(self._told):
            tell()

    @contextmanager
    def when_cancelled(self, tell: Callable[[], None]) -> Iterator[None]:
        """Within the block `tell` is called once it is cancelled, on whichever thread does that."""
        self._told.append(tell)
        if self.is_cancelled:
            tell()
        try:
            yield
        finally:
            self._told.remove(tell)

    def check(self) -> None:
        """Raises Cancelled or DeadlineExceeded; call it between two tokens or steps."""
        if self._cancelled.is_set():
            raise self._reason
        if self.clock() > self._deadline:
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
