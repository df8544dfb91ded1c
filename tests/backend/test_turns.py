"""Runs on one device go on by turns: who is next, who waits, who leaves, and what fails."""

import gc
import logging
import threading
from concurrent.futures import thread as executors
from contextlib import closing

import pytest

from backend import jobs as jobs_module
from backend import turns as module
from backend.errors import BusyError, Cancelled, DeadlineExceeded, StoppingError
from backend.jobs import Job
from backend.schedule import Jobs
from backend.together import Waits
from backend.turns import MOST_SHORT, Turns
from tests.backend.fakes import PATIENCE, Clock


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


@pytest.fixture
def stage():
    return Stage()


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


# --- Order --------------------------------------------------------------------------------------


def test_long_runs_have_a_step_each_in_every_round(stage):
    for name in "abc":
        stage.add(name, stage.steps(name, 3))
    assert stage.play() == [*"abc", *"abc", *"abc"]
    assert stage.given == {name: [name] for name in "abc"}


def test_short_work_passes_before_the_steps_of_long_work(stage):
    stage.add("long", stage.steps("long", 3))
    stage.add("short", stage.steps("short", 2), is_short=True)
    assert stage.play() == ["short", "short", "long", "long", "long"]


def test_short_work_that_comes_in_the_middle_of_a_round_is_next(stage):
    def comes(number):
        if number == 1:
            stage.add("short", stage.steps("short", 1), is_short=True)
            until(lambda: any(seat.is_short for seat in stage.turns._seats))

    stage.add("a", stage.steps("a", 3, comes))
    stage.add("b", stage.steps("b", 3))
    assert stage.play() == ["a", "b", "a", "short", "b", "a", "b"]


def test_short_work_does_not_pass_for_ever(stage):
    stage.add("long", stage.steps("long", 2))
    stage.add("short", stage.steps("short", 2 * MOST_SHORT + 1), is_short=True)
    log = stage.play()
    places = [at for at, name in enumerate(log) if name == "long"]
    assert places == [MOST_SHORT, 2 * MOST_SHORT + 1]


def test_short_work_that_turns_out_long_has_its_steps_with_the_others(stage, monkeypatch):
    monkeypatch.setattr(jobs_module, "time", Clock())

    def takes_a_second(number):
        jobs_module.time.now += 1

    stage.add("long", stage.steps("long", 5))
    stage.add("short", stage.steps("short", 5, takes_a_second), is_short=True)
    assert stage.play()[:5] == ["short", "short", "long", "short", "long"]


def test_short_work_does_not_keep_a_batch_waiting_for_ever(stage):
    batch = Batch(stage.log)
    stage.add("row", row(batch, 1))
    stage.add("short", stage.steps("short", 4 * MOST_SHORT), is_short=True)
    log = stage.play()
    assert log.index("batch") < len(log) - MOST_SHORT


def test_nobodys_second_run_has_its_step_before_anothers_first(stage):
    for name in ("ann 1", "ann 2", "ann 3"):
        stage.add(name, stage.steps(name, 1), visitor="ann")
    stage.add("ben", stage.steps("ben", 1))
    assert stage.play() == ["ann 1", "ben", "ann 2", "ann 3"]


def test_a_visitor_with_much_short_work_does_not_hold_up_anothers(stage):
    for number in range(4):
        name = f"ann {number}"
        stage.add(name, stage.steps(name, 1), visitor="ann", is_short=True)
    stage.add("ben", stage.steps("ben", 1), is_short=True)
    assert stage.play().index("ben") == 1


def test_a_run_takes_no_step_that_nobody_asked_for(stage):
    made = []

    def steps():
        for number in range(3):
            made.append(number)
            yield number

    stage._gate.set()
    items = stage.turns.items(steps(), Job(PATIENCE))
    assert next(items) == 0
    assert list(stage.turns.items(iter_of("other"), Job(PATIENCE))) == ["other"]
    assert made == [0]
    assert list(items) == [1, 2]


def iter_of(*items):
    yield from items


# --- Rows of a batch ----------------------------------------------------------------------------


def test_rows_step_together_once_a_round_after_all_others(stage):
    batch = Batch(stage.log)
    stage.add("x", row(batch, 2, "x"))
    stage.add("y", row(batch, 2, "y"))
    stage.add("long", stage.steps("long", 2))
    assert stage.play() == ["long", "batch", "long", "batch"]
    assert stage.given == {"x": ["x0", "x1"], "y": ["y0", "y1"], "long": ["long"]}


def test_what_a_run_yields_to_its_driver_never_reaches_its_consumer(stage):
    stage.add("row", row(Batch(stage.log), 3))
    stage.play()
    assert stage.given["row"] == ["0", "1", "2"]


def test_a_row_is_not_held_up_by_its_consumer(stage):
    stage._gate.set()
    batch = Batch(stage.log)
    with closing(stage.turns.items(row(batch, 5), Job(PATIENCE))) as items:
        assert next(items) == "0"
        until(lambda: stage.log.count("batch") == 5)
        assert list(items) == ["1", "2", "3", "4"]


def test_a_row_without_room_waits_and_is_served_later(stage):
    batch = Batch(stage.log, room=1)
    for name in "xyz":
        stage.add(name, row(batch, 1, name))
    assert stage.play() == ["batch"] * 3
    assert not stage.errors


def test_a_row_that_joins_later_steps_with_the_others(stage):
    batch = Batch(stage.log)

    def late():
        for _ in range(2):
            yield None
        yield from row(batch, 2, "late")

    stage.add("first", row(batch, 4, "first"))
    stage.add("late", late())
    assert stage.play() == ["batch"] * 4
    assert stage.given["late"] == ["late0", "late1"]


def test_two_batches_each_have_their_step_in_a_round(stage):
    one, two = [], []
    stage.add("x", row(Batch(one), 2))
    stage.add("y", row(Batch(two), 3))
    stage.play()
    assert (len(one), len(two)) == (2, 3)


# --- What fails ---------------------------------------------------------------------------------


def test_a_row_that_fails_leaves_its_neighbours_alone(stage):
    batch = Batch(stage.log)

    def bad():
        yield from row(batch, 1, "bad", stage.log)
        raise ValueError("a bad row")

    stage.add("bad", bad())
    stage.add("good", row(batch, 4, "good"))
    stage.play()
    assert str(stage.errors["bad"]) == "a bad row"
    assert stage.given == {"bad": ["bad0"], "good": ["good0", "good1", "good2", "good3"]}
    assert "bad left" in stage.log


def test_the_rows_of_a_batch_that_fails_are_resumed_and_go_on_alone(stage, caplog):
    """However many `for` loops are between them and whoever drives them."""
    broken, other = Batch(stage.log, failure=(1, MemoryError("no room"))), Batch([])

    def goes_on_alone(name):
        for item in row(broken, 3, name):
            if broken.has_failed:
                break
            yield item
        yield f"{name} alone"

    def passed_on(name):
        for item in goes_on_alone(name):  # noqa: UP028 (a loop is the case)
            yield item

    for name in "xy":
        stage.add(name, passed_on(name))
    stage.add("z", row(other, 2, "z"))
    stage.play()
    assert not stage.errors
    assert stage.given == {"x": ["x0", "x alone"], "y": ["y0", "y alone"], "z": ["z0", "z1"]}
    assert caplog.text.count("a step of Batch failed") == 1
    assert "no room" in caplog.text


def test_an_error_in_a_run_reaches_its_own_consumer_only(stage):
    def fails():
        yield None
        raise KeyError("mine")

    stage.add("bad", fails())
    stage.add("good", stage.steps("good", 3))
    stage.play()
    assert list(stage.errors) == ["bad"]
    assert stage.given["good"] == ["good"]


def test_a_mistake_of_the_turns_ends_all_runs_with_a_sentence_and_the_next_are_served(
    stage, monkeypatch, caplog
):
    closed = []

    def endless(name):
        try:
            while True:
                yield None
        finally:
            closed.append(name)

    for name in "ab":
        stage.add(name, endless(name))
    rounds = iter(range(5))

    def broken(seats):
        next(rounds)
        return seats[0]

    monkeypatch.setattr(stage.turns, "_fairest", broken)  # StopIteration in the sixth turn
    stage.play()
    assert {type(error) for error in stage.errors.values()} == {BusyError}
    assert "between the runs of several visitors" in str(stage.errors["a"])
    until(lambda: len(closed) == 2)
    monkeypatch.undo()
    assert list(stage.turns.items(iter_of(1, 2), Job(PATIENCE))) == [1, 2]
    assert "turns of a device failed" in caplog.text


def test_a_run_that_does_not_end_well_is_logged_and_harms_nobody(stage, caplog):
    stage._gate.set()

    def stubborn():
        try:
            yield 1
        finally:
            raise OSError("in its end")

    items = stage.turns.items(stubborn(), Job(PATIENCE))
    next(items)
    items.close()
    assert list(stage.turns.items(iter_of(2), Job(PATIENCE))) == [2]
    assert "did not end well" in caplog.text


# --- Long steps ---------------------------------------------------------------------------------


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


def test_a_step_that_takes_far_too_long_is_logged_once_with_its_name(stage, monkeypatch, caplog):
    step = LongStep(stage, monkeypatch, TOO_LONG=0.01)
    step.begin()
    for name in "ab":
        stage.add(name, iter_of(2))
    until(lambda: len(stage.errors) == 2)
    step.end()
    said = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert len(said) == 1
    assert "never_ending" in said[0].getMessage()


def test_who_waits_behind_a_step_that_does_not_end_is_told_so_and_whose_step_it_is_goes_on(
    stage, monkeypatch
):
    step = LongStep(stage, monkeypatch, TOO_LONG=0.01)
    step.begin()
    stage.add("waits", iter_of(2))
    until(lambda: "waits" in stage.errors)
    step.end()
    assert isinstance(stage.errors.pop("waits"), BusyError)
    assert not stage.errors
    assert stage.given == {"held": [1], "waits": []}
    assert list(stage.turns.items(iter_of(3), Job(PATIENCE))) == [3]


def test_stop_reaches_a_run_that_has_not_begun_during_anothers_long_step(stage, monkeypatch):
    step = LongStep(stage, monkeypatch)
    step.begin()
    stage.add("waits", iter_of(2)).cancel()
    until(lambda: "waits" in stage.errors)
    step.end()
    assert isinstance(stage.errors.pop("waits"), Cancelled)
    assert not stage.errors


@pytest.mark.parametrize(("patience", "is_heard"), [(PATIENCE, True), (0.01, False)])
def test_a_run_that_has_begun_says_what_it_has_unless_anothers_step_takes_long(
    stage, monkeypatch, patience, is_heard
):
    step, job = LongStep(stage, monkeypatch, LONG=patience), Job(PATIENCE)

    def with_something_to_keep():
        yield "first"
        yield "stopped" if job.is_cancelled else "second"

    items = stage.turns.items(with_something_to_keep(), job)
    stage._gate.set()
    assert next(items) == "first"
    step.begin()
    job.cancel()
    if is_heard:
        ending = threading.Timer(0.1, step.end)
        ending.start()
        assert list(items) == ["stopped"]
        ending.join()
    else:
        with pytest.raises(Cancelled):
            next(items)
        step.end()


def test_stop_reaches_a_run_whose_own_step_does_not_end(stage, monkeypatch):
    step = LongStep(stage, monkeypatch, TOO_LONG=0.01)
    step.begin().cancel()
    until(lambda: "held" in stage.errors)
    step.end()
    assert isinstance(stage.errors["held"], Cancelled)


# --- Who leaves ---------------------------------------------------------------------------------


def test_who_leaves_while_parked_is_closed_and_the_neighbours_go_on(stage):
    batch, gate = Batch(stage.log), threading.Event()
    stage._gate.set()

    def slow_step():
        assert gate.wait(PATIENCE)
        Batch.step(batch)

    batch.step = slow_step
    leaving = stage.turns.items(row(batch, 9, "leaving", stage.log), Job(PATIENCE))
    gate.set()
    assert next(leaving) == "leaving0"
    stage.add("staying", row(batch, 20, "staying"))
    leaving.close()
    stage.play()
    assert len(stage.given["staying"]) == 20
    assert "leaving left" in stage.log
    assert not batch.rows


def test_a_run_that_is_collected_while_an_executor_is_handed_work_waits_for_no_lock_of_that(
    monkeypatch,
):
    """The collector runs in the middle of any line, on the thread that may hold the lock."""
    turns, closed = Turns("test"), threading.Event()

    def steps():
        try:
            yield 1
            yield 2
        finally:
            closed.set()

    items = turns.items(steps(), Job(PATIENCE))
    next(items)
    until(lambda: turns._at_work is None)
    handing = threading.Lock()
    monkeypatch.setattr(executors, "_global_shutdown_lock", handing)
    with handing:
        leaving = threading.Thread(target=items.close, daemon=True)
        leaving.start()
        leaving.join(PATIENCE / 12)
        assert not leaving.is_alive()
        assert closed.wait(PATIENCE)


def test_turns_that_nobody_has_any_more_leave_no_thread():
    turns, own = Turns("test"), []

    def steps():
        own.append(threading.current_thread())
        yield 1

    assert list(turns.items(steps(), Job(PATIENCE))) == [1]
    del turns
    gc.collect()
    own[0].join(PATIENCE)
    assert not own[0].is_alive()


def test_who_leaves_before_the_first_step_has_none(stage):
    made = []

    def steps():
        made.append(1)
        yield 1

    seat = module.Seat(steps(), Job(PATIENCE), False)
    stage.turns._ask(seat)
    stage.turns._leave(seat)
    stage._gate.set()
    stage.add("other", iter_of(1))
    stage.play()
    assert made == []
    assert stage.given["other"] == [1]


def test_a_run_that_was_stopped_comes_next_to_say_what_it_has(stage):
    def checked(job, name, count):
        for _ in range(count):
            job.check()
            stage.log.append(name)
            yield None

    def stop_b(number):
        if number == 1:
            job_b.cancel()

    stage.add("a", stage.steps("a", 3, stop_b))
    job_b = Job(PATIENCE, "b")
    stage.add("b", checked(job_b, "b", 99), job=job_b)
    stage.add("c", stage.steps("c", 3))
    log = stage.play()
    assert log == ["a", "b", "c", "a", "c", "a", "c"]
    assert isinstance(stage.errors["b"], Cancelled)


def test_the_server_stops_and_every_run_ends_with_a_sentence(stage):
    jobs, batch = Jobs(), Batch([])
    stage._gate.set()

    def checked(job):
        while True:
            job.check()
            yield None

    def checked_row(job):
        for _ in row(batch, 10**9):
            job.check()
            yield Waits(batch)

    with jobs.open("ann") as one, jobs.open("ben") as two:
        stage.add("plain", checked(one), job=one)
        stage.add("row", checked_row(two), job=two)
        jobs.close()
        stage.play()
    assert {type(error) for error in stage.errors.values()} == {StoppingError}


# --- Time and company ---------------------------------------------------------------------------


def test_the_clock_stands_still_while_others_have_their_turn(stage, monkeypatch):
    monkeypatch.setattr(jobs_module, "time", Clock())
    clock = jobs_module.time

    def takes(seconds):
        def before(number):
            clock.now += seconds

        return before

    quick, slow = Job(PATIENCE, "quick"), Job(PATIENCE, "slow")
    began = quick.clock(), slow.clock()
    stage.add("quick", stage.steps("quick", 3, takes(1)), job=quick)
    stage.add("slow", stage.steps("slow", 3, takes(100)), job=slow)
    stage.play()
    assert quick.clock.stood + slow.clock.stood >= 203
    assert 3 <= quick.clock() - began[0] < 100  # of the last steps, one is alone
    assert slow.clock.stood == 3


def test_the_deadline_counts_a_runs_own_steps(stage, monkeypatch):
    monkeypatch.setattr(jobs_module, "time", Clock())
    clock = jobs_module.time

    def run(job, name, seconds, count):
        for _ in range(count):
            job.check()
            clock.now += seconds
            stage.log.append(name)
            yield None

    patient, hasty = Job(10, "patient"), Job(10, "hasty")
    for job in (patient, hasty):
        job.start_clock()
    stage.add("patient", run(patient, "patient", 1, 5), job=patient)
    stage.add("hasty", run(hasty, "hasty", 6, 5), job=hasty)
    stage.play()
    assert stage.log.count("patient") == 5
    assert stage.log.count("hasty") == 2
    assert isinstance(stage.errors["hasty"], DeadlineExceeded)
    assert "patient" not in stage.errors


def test_a_batchs_step_is_the_own_time_of_each_row(stage, monkeypatch):
    monkeypatch.setattr(jobs_module, "time", Clock())
    clock, batch = jobs_module.time, Batch(stage.log)

    def slow_step():
        clock.now += 10
        Batch.step(batch)

    batch.step = slow_step
    rows = [Job(PATIENCE, name) for name in "xy"]
    began = [job.clock() for job in rows]
    for job in rows:
        stage.add(job.visitor, row(batch, 2, job.visitor), job=job)
    stage.play()
    assert [job.clock() - start for job, start in zip(rows, began, strict=True)] == [20, 20]


def test_a_run_knows_beside_how_many_others_it_was_served(stage):
    alone = Job(PATIENCE)
    companions = [stage.add(name, stage.steps(name, 2)) for name in "abc"]
    stage.play()
    assert [job.beside for job in companions] == [2, 2, 2]
    assert list(stage.turns.items(iter_of(1), alone)) == [1]
    assert alone.beside == 0
