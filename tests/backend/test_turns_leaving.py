"""Whoever leaves or is stopped ends their own run alone."""

import gc
import threading
from concurrent.futures import thread as executors

from backend import turns as module
from backend.errors import Cancelled, StoppingError
from backend.jobs import Job
from backend.schedule import Jobs
from backend.together import Waits
from backend.turns import Turns
from tests.backend.fakes import PATIENCE
from tests.backend.stage import Batch, iter_of, row, until


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
