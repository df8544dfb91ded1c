"""What those are told who watch the backend: how a run of a row ended, its times, its tokens."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field, replace

import pytest

from backend.errors import BusyError, InputError, ModelError
from backend.jobs import Job
from backend.messages import message
from backend.run import Progress, Run
from backend.watched_run import TokenCount, reported
from tests.backend.fakes import CPU, Loader, make_backend, performed, spec


@dataclass
class Noted:
    """A watch that writes down what it is told."""

    runs: list = field(default_factory=list)
    loads: list = field(default_factory=list)

    def run_ended(self, run):
        self.runs.append(run)

    def loaded(self, row, seconds):
        self.loads.append(("loaded", row.id))

    def load_failed(self, row):
        self.loads.append(("failed", row.id))

    def evicted(self, row):
        self.loads.append(("evicted", row.id))


@dataclass(frozen=True)
class Card:
    figures: dict


@dataclass(frozen=True)
class Update:
    text: str = ""
    tokens: tuple = ()
    card: Card | None = None
    figures: dict | None = None


def run_of(job):
    return Run(spec("small"), CPU, (), job, 0.0)


def outcome_of(updates, job=None):
    """(outcome, code of the fall) of a run that gives these updates; an exception is raised."""

    def run():
        for update in updates:
            if isinstance(update, Exception):
                raise update
            yield update

    noted = Noted()
    raised = [update for update in updates if isinstance(update, Exception)]
    with pytest.raises(type(raised[0])) if raised else nullcontext():
        list(reported(run(), run_of(job or Job(60)), noted))
    [ended] = noted.runs
    return ended.outcome, ended.fall and ended.fall.code


def test_a_run_that_ends_by_itself_is_done():
    assert outcome_of([Update()]) == ("done", None)
    assert outcome_of([]) == ("done", None)


def test_a_run_that_keeps_what_it_has_was_cut_by_stop_or_by_the_deadline():
    stopped, late = Job(60), Job(60)
    stopped.cancel()
    late.note_cut()
    assert outcome_of([Update()], stopped) == ("stopped", None)
    assert outcome_of([Update()], late) == ("deadline", None)


def test_every_kind_of_error_has_its_outcome():
    assert outcome_of([InputError("empty_prompt")]) == ("refused", None)
    assert outcome_of([BusyError("waited_too_long", seconds=3)]) == ("busy", None)
    assert outcome_of([ModelError("hub_offline")]) == ("fell", "fell_load")
    assert outcome_of([MemoryError()]) == ("fell", "fell_memory")
    assert outcome_of([KeyError("a bug")]) == ("error", None)


def test_a_consumer_who_leaves_has_stopped_the_run_which_is_closed():
    closed, noted = [], Noted()

    def run():
        try:
            yield 1
            yield 2
        finally:
            closed.append(True)

    updates = reported(run(), run_of(Job(60)), noted)
    assert next(updates) == 1
    updates.close()
    assert closed == [True] and noted.runs[0].outcome == "stopped"


def test_time_of_others_turns_is_waited_not_the_runs_own():
    job, noted = Job(60), Noted()

    def run():
        yield 1
        job.clock._stood += 100.0

    list(reported(run(), run_of(job), noted))
    assert noted.runs[0].waited == pytest.approx(100, abs=1)
    assert noted.runs[0].seconds < 50


def counted(*updates):
    count = TokenCount()
    for update in updates:
        count.note(update)
    return count.new


def answers(*lengths, total=None):
    growing = [Update("a", tuple(range(length))) for length in lengths]
    if total is not None:
        growing[-1] = replace(growing[-1], card=Card({"answer_tokens": total}))
    return growing


def test_tokens_are_those_of_the_answer():
    assert counted(Progress(message("reading"), 1.0), *answers(1, 2, 3, 3, total=3)) == 3
    assert counted(*answers(1, 2)) == 2  # the page was closed
    assert counted(Update("nothing")) == 0


def test_tokens_of_an_answer_that_is_continued_are_not_counted_again():
    assert counted(*answers(11, 12, 13, 13, total=13)) == 3


def test_tokens_that_a_stop_string_cut_off_were_written():
    assert counted(*answers(1, 2, 2, total=4)) == 4


def test_samples_have_their_tokens_in_their_figures():
    assert counted(Update("", figures={"answer_tokens": 64})) == 64


def test_the_backend_tells_of_each_row_that_was_tried():
    noted, loader = Noted(), Loader(failing={"big": ModelError("hub_offline")})
    backend = make_backend(loader)
    backend.watched_by(noted)
    list(performed(backend, lambda model, run: iter(())))
    assert [(run.spec.id, run.outcome) for run in noted.runs] == [
        ("big", "fell"),
        ("middle", "done"),
    ]
    assert noted.loads == [("failed", "big"), ("loaded", "middle")]
