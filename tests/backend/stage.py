"""A device whose turns a test plays: its runs, the rows of a batch, and a step that stays long."""

import threading

from backend import turns as module
from backend.jobs import Job
from backend.together import Waits
from backend.turns import Turns
from tests.backend.fakes import PATIENCE


class Stage:
    """A device whose thread a test holds still until everybody it wants has asked.

    Consumers are threads that read their run to its end. `log` has what was done, in order.
    """

    def __init__(self):
        self.turns, self.log, self.given, self.errors = Turns("test"), [], {}, {}
        self._gate, self._consumers = threading.Event(), []
        self._seats = 0
        self._held = threading.Event()
        self.turns._thread.submit(self._hold)
        assert self._held.wait(PATIENCE)

    def _hold(self):
        self._held.set()
        assert self._gate.wait(PATIENCE)

    def add(self, name, steps, visitor=None, is_short=False, job=None):
        """A run whose consumer asks, now or as soon as the thread is free; returns its job."""
        job = job or Job(PATIENCE, visitor or name)
        self.given[name] = []

        def consume():
            try:
                for item in self.turns.items(steps, job, is_short):
                    self.given[name].append(item)
            except BaseException as error:  # noqa: BLE001 (the test looks at it)
                self.errors[name] = error

        consumer = threading.Thread(target=consume, daemon=True)
        consumer.start()
        self._consumers.append(consumer)
        self._seats += 1
        if not self._gate.is_set():
            until(lambda: len(self.turns._seats) == self._seats)
        return job

    def play(self):
        """Let the thread go; returns when every run has ended."""
        self._gate.set()
        for consumer in self._consumers:
            consumer.join(PATIENCE)
            assert not consumer.is_alive()
        return self.log

    def steps(self, name, count, before=lambda number: None):
        """A run of so many parts without an item between them, and one item at its end."""
        for number in range(count):
            before(number)
            self.log.append(name)
            yield None
        yield name


def until(condition):
    """Wait, without a clock of the test's own, for what another thread is about to do."""
    pause = threading.Event()
    for _ in range(PATIENCE * 200):
        if condition():
            return
        pause.wait(0.005)
    raise AssertionError("it did not happen")


class Batch:
    """Serves those who waited, and notes how many that were."""

    def __init__(self, log, room=99, failure=None):
        self.log, self.room, self.failure, self.rows = log, room, failure, []
        self.has_failed = False

    def step(self):
        served, self.rows = self.rows[: self.room], self.rows[self.room :]
        if self.failure and self.failure[0] == len([one for one in self.log if one == "batch"]):
            self.has_failed = True
            raise self.failure[1]
        self.log.append("batch")
        for row in served:
            row.append("token")


def row(batch, tokens, name="", log=None):
    """A run that is a row of the batch for so many tokens; leaves it whatever happens."""
    served = []
    try:
        for number in range(tokens):
            have = len(served)
            while len(served) == have:
                if not any(one is served for one in batch.rows):
                    batch.rows.append(served)
                yield Waits(batch)
            yield f"{name}{number}"
    finally:
        batch.rows[:] = [one for one in batch.rows if one is not served]
        if log is not None:
            log.append(f"{name} left")


def iter_of(*items):
    yield from items


class LongStep:
    """Holds the device's thread in the middle of one step of the run "held", until it ends."""

    def __init__(self, stage, monkeypatch, **seconds):
        for name, value in {"LOOK": 0.01, **seconds}.items():
            monkeypatch.setattr(module, name, value)
        self.stage, self._begun, self._goes_on = stage, threading.Event(), threading.Event()

    def begin(self):
        self.stage._gate.set()
        job = self.stage.add("held", self._never_ending())
        assert self._begun.wait(PATIENCE)
        return job

    def _never_ending(self):
        self._begun.set()
        assert self._goes_on.wait(PATIENCE)
        yield 1

    def end(self):
        self._goes_on.set()
        self.stage.play()
