"""One run for all who ask the same while it goes on ("single flight").

Nobody owns such a run: whoever needs its next update takes it one further, and all others read
what came. So it goes on as long as anybody follows it, at the pace of the fastest, and ends with
the last. Each follower sees it from its start; one who comes late, or reads slowly, is given the
newest update of each stage.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any

from backend.errors import Cancelled
from backend.run import Progress, Run, stage_of
from backend.saved_results import SavedResults

# How often a waiting follower looks at what came within a stage: after so many seconds, and all of
# them together so many times a second. Were all woken for each token, 60 of them would take the
# cores from the one that makes the tokens.
GLANCE, GLANCES = 0.08, 100
Start = Callable[["SharedRun"], Iterator[Any]]  # makes the stream of a run


@dataclass(eq=False)
class Follower:
    """One visitor's reading of a run."""

    visitor: str
    seen: int = 0  # the number of the last update that was read
    is_stopped: bool = False


class SharedRuns:
    """The shared runs under way, by key, over the results of those that ended well."""

    def __init__(self, saved: SavedResults) -> None:
        self._saved = saved
        # One lock for all: the collector may end a follower in the middle of any line, and would
        # meet two of them in any order.
        self._lock = threading.RLock()
        self._runs: dict[str, SharedRun] = {}

    def follow(
        self, key: str, visitor: str, start: Start, asked_at: float
    ) -> Generator[Any, None, None]:
        """The saved result of this key, or the updates of the run that makes it. From here on
        `cancel` reaches the visitor, until the generator has ended or is closed."""
        updates = self._followed(key, visitor, start, asked_at)
        next(updates)
        return updates

    def _followed(
        self, key: str, visitor: str, start: Start, asked_at: float
    ) -> Generator[Any, None, None]:
        """None once the visitor follows; then the result or the updates."""
        with self._lock:
            result = self._saved.get(key)
            run = self._runs.get(key)
            if result is None and run is None:
                run = self._runs[key] = SharedRun(key, start, self._lock)
            follower = run.join(visitor) if run and result is None else None
        if run is None or follower is None:
            yield None
            yield result
            return
        try:
            yield None
            for update in run.updates_for(follower):
                yield _own_wait(update, asked_at)
        finally:
            self._leave(run, follower)

    def cancel(self, visitor: str) -> int:
        """Stop the visitor's following; how many runs that concerns. A run that nobody wants any
        more ends as runs do that are stopped: with what it has."""
        with self._lock:
            return sum(self._stop(run, visitor) for run in list(self._runs.values()))

    def _stop(self, run: SharedRun, visitor: str) -> int:
        stopped = run.stop(visitor)
        if stopped and run.is_unwanted:
            self._forget(run)  # whoever asks from now on does not get half of it
        return stopped

    def _leave(self, run: SharedRun, follower: Follower) -> None:
        """The first who has read it all keeps the result; the last closes what is not over."""
        keeps = run.is_first_to_keep()
        if keeps:
            self._saved.put(run.key, run.result)  # until it is there, others still find the run
        with self._lock:
            is_last = run.leave(follower)
            # An unwanted run has been cancelled: whoever asks from now on has one of their own.
            if keeps or (not run.ended_well and (run.is_over or run.is_unwanted)):
                self._forget(run)
        if is_last:
            run.close()

    def _forget(self, run: SharedRun) -> None:
        if self._runs.get(run.key) is run:
            del self._runs[run.key]


class SharedRun:
    """One run and its followers."""

    def __init__(self, key: str, start: Start, lock: threading.RLock) -> None:
        self.key = key
        self.is_over = False
        self._is_whole = self._is_kept = False
        self._stream = start(self)
        self._run: Run | None = None  # the attempt with one model that is under way
        self._before = 0  # the number of the last update before that
        self._error: Exception | None = None
        self._changed = threading.Condition(lock)
        self._followers: list[Follower] = []
        self._updates: list[tuple[int, Any]] = []  # numbered; the newest of each stage
        self._is_driven = False  # whether a follower takes it one update further just now

    # ---- Who follows

    def join(self, visitor: str) -> Follower:
        with self._changed:
            self._followers.append(follower := Follower(visitor))
        return follower

    def stop(self, visitor: str) -> int:
        """Mark the visitor's followers; how many there are."""
        with self._changed:
            own = [one for one in self._followers if one.visitor == visitor]
            for follower in own:
                follower.is_stopped = True
            if self._run and self.is_unwanted:
                self._run.job.cancel()
            self._changed.notify_all()
        return len(own)

    def leave(self, follower: Follower) -> bool:
        """Whether that was the last one."""
        with self._changed:
            self._followers.remove(follower)
            if self._run and self.is_unwanted:
                self._run.job.cancel()
            self._changed.notify_all()
            return not self._followers

    @property
    def is_unwanted(self) -> bool:
        """Whether all who are left have pressed Stop."""
        with self._changed:
            return all(follower.is_stopped for follower in self._followers)

    # ---- What it does

    def watched(self, run: Run, updates: Iterator[Any]) -> Iterator[Any]:
        """An attempt's updates: which one it is will be known here, and how it ended."""
        with self._changed:
            self._run, self._is_whole, self._before = run, False, self._last_number
            if self.is_unwanted:
                run.job.cancel()
        yield from updates
        self._is_whole = not run.falls and not run.job.is_cut

    @property
    def ended_well(self) -> bool:
        """By itself, with the model that was to answer."""
        return self.is_over and self._is_whole

    def is_first_to_keep(self) -> bool:
        """Whether there is a result to keep, and nobody has been told so before."""
        with self._changed:
            is_first = self.ended_well and not self._is_kept
            self._is_kept |= is_first
        return is_first

    @property
    def result(self) -> Any:
        """The last update."""
        return self._updates[-1][1] if self._updates else None

    def updates_for(self, follower: Follower) -> Iterator[Any]:
        """All that the follower has not seen; raises what the run raised. Who has pressed Stop
        while others go on gets what there is, or Cancelled."""
        while not self._is_read_by(follower):
            for number, update in self._after(follower.seen):
                follower.seen = number
                yield update
            if self._is_left_by(follower):
                yield self._cut()
                return
            self._wait_or_drive(follower)
        if self._error:
            raise self._error

    def close(self) -> None:
        """Nobody follows any more."""
        close = getattr(self._stream, "close", None)
        if close:
            close()

    def _after(self, seen: int) -> list[tuple[int, Any]]:
        with self._changed:
            return [each for each in self._updates if each[0] > seen]

    def _is_read_by(self, follower: Follower) -> bool:
        """Whether the run is over and the follower has seen all of it."""
        with self._changed:
            return self.is_over and not self._after(follower.seen)

    def _is_left_by(self, follower: Follower) -> bool:
        """Whether the follower has pressed Stop, and there is no end to wait for: others go on, or
        the run has not begun."""
        with self._changed:
            may_wait = self.is_over or (self._run is not None and self.is_unwanted)
            return follower.is_stopped and not may_wait

    def _wait_or_drive(self, follower: Follower) -> None:
        """Until there is something new for the follower: wait for who drives, or drive."""

        def is_told() -> bool:
            return bool(self._after(follower.seen)) or self.is_over or self._is_left_by(follower)

        with self._changed:
            patience = max(GLANCE, len(self._followers) / GLANCES)
            self._changed.wait_for(lambda: not self._is_driven or is_told(), patience)
            if self._is_driven or is_told():
                return
            self._is_driven = True
        self._drive()

    def _drive(self) -> None:
        """Take the run one update further. On one thread at a time."""
        update, is_over, error = None, False, None
        try:
            update = next(self._stream)
        except StopIteration:
            is_over = True
        except Exception as caught:
            is_over, error = True, caught  # for the other followers
            raise
        finally:
            with self._changed:
                self._is_driven = False
                if is_over:
                    self.is_over, self._error = True, error
                    self._is_whole &= error is None
                if update is None or self._append(update):
                    self._changed.notify_all()
                else:
                    self._changed.notify()  # one is enough to go on; see GLANCE

    def _append(self, update: Any) -> bool:
        """Whether a new stage begins with it."""
        number = 1 + self._last_number
        is_new = not self._updates or stage_of(self._updates[-1][1]) != stage_of(update)
        if not is_new:
            self._updates.pop()
        self._updates.append((number, update))
        return is_new

    @property
    def _last_number(self) -> int:
        return self._updates[-1][0] if self._updates else 0

    def _cut(self) -> Any:
        """What this model has made, as the end of a run that was stopped; as it is, if only
        pictures of it or the like are still to come. Cancelled if there is nothing."""
        with self._changed:
            run, made = self._run, [one for _, one in self._after(self._before)]
        for update in reversed(made):
            if getattr(update, "card", None):
                return update
            if run and hasattr(update, "stopped"):
                return update.stopped(run)
        raise Cancelled


def _own_wait(update: Any, asked_at: float) -> Any:
    """Progress says for how long this visitor has waited."""
    if isinstance(update, Progress):
        return Progress(update.message, time.monotonic() - asked_at)
    return update
