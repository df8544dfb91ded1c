"""A step that takes long: who waits is told so, and Stop is heard."""

import logging
import threading

import pytest

from backend.errors import BusyError, Cancelled
from backend.jobs import Job
from tests.backend.fakes import PATIENCE
from tests.backend.stage import LongStep, iter_of, until


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
