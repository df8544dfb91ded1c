"""Runs on one device go on by turns: who is next."""

from backend import jobs as jobs_module
from backend.jobs import Job
from backend.turns import MOST_SHORT
from tests.backend.fakes import PATIENCE, Clock
from tests.backend.stage import Batch, iter_of, row, until


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
