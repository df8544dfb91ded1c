"""What is kept of a run that was shared, and what is not."""

from __future__ import annotations

import threading
from collections.abc import Generator
from dataclasses import replace
from typing import Any

import pytest

from backend.errors import DeadlineExceeded, InputError
from backend.run import Run
from backend.schedule import Jobs
from tests.backend.fakes import (
    PATIENCE,
    Clock,
    Loader,
    assert_nothing_is_left,
    codes,
    device_without_gpu,
    in_threads,
    make_backend,
    results,
)
from tests.backend.shared_work import ASKED, Counted, Counting, Heedless, ask, saving, until

# --- What is not saved --------------------------------------------------------------------------


def test_an_error_is_told_to_all_and_not_saved() -> None:
    asked, gate = threading.Barrier(3), threading.Event()

    def failing(model: Any, run: Run) -> Generator[Any, None, None]:
        yield Counted(1)
        assert gate.wait(PATIENCE)
        raise InputError("empty_prompt")

    backend = saving()

    def follow(number: int) -> str:
        updates = ask(backend, failing, f"visitor {number}")
        until(updates, 1)
        if asked.wait(PATIENCE) == 0:
            gate.set()
        with pytest.raises(InputError) as told:
            list(updates)
        return told.value.message.code

    assert in_threads(3, follow) == ["empty_prompt"] * 3
    assert_nothing_is_left(backend)
    work = Counting()
    assert results(ask(backend, work))[-1].card and work.begun == 1


def test_a_run_that_fell_back_is_not_saved() -> None:
    backend, work = saving(load=Loader({"big": RuntimeError("bad file")})), Counting()
    for begun in (1, 2):
        (*_, last) = results(ask(backend, work))
        assert last.card.falls and last.card.age is None and work.begun == begun


def test_a_run_that_was_cut_by_its_deadline_is_not_saved() -> None:
    backend = saving(jobs=Jobs(deadline=-1.0))

    def cut(model: Any, run: Run) -> Generator[Any, None, None]:
        begun.append(1)
        with pytest.raises(DeadlineExceeded):
            run.job.check()
        yield Counted(1, run.card((), {}))

    begun: list[int] = []
    assert [results(ask(backend, cut))[-1].number for _ in range(2)] == [1, 1]
    assert len(begun) == 2


@pytest.mark.parametrize("is_on", [True, False])
def test_what_is_not_cacheable_is_computed_each_time(is_on: bool) -> None:
    backend, work = saving() if is_on else make_backend(), Counting()
    for begun in (1, 2):
        results(ask(backend, work, asked=replace(ASKED, cacheable=not is_on)))
        assert work.begun == begun


# --- What is saved ------------------------------------------------------------------------------


def test_who_asks_later_gets_the_last_update_marked_with_its_age() -> None:
    clock, work = Clock(), Counting()
    backend = saving(clock=clock)
    assert results(ask(backend, work))[-1].card.age is None
    clock.now += 250
    updates = list(ask(backend, work, "bob"))
    assert codes(updates) == ["starting"]
    (last,) = results(updates)
    assert last.number == 3 and work.begun == 1
    assert last.card.as_json()["age_seconds"] == 250
    assert [str(note) for note in last.card.notes] == [
        "Made 4 minutes ago for the same question; the times are that run's."
    ]


def test_another_question_model_device_or_format_is_another_run() -> None:
    backend, work = saving(), Counting()
    for asked in (ASKED, replace(ASKED, request=("how many", 4)), replace(ASKED, name="other")):
        results(ask(backend, work, asked=asked))
    asked = replace(ASKED, hint=Heedless(work))
    results(backend.perform(asked, "small", "ann"))
    assert work.begun == 4


def test_a_device_that_is_not_there_is_told_by_the_run() -> None:
    options = {"mode": "gpu", "device_for": device_without_gpu, "has_gpu": lambda: False}
    (*_, last) = results(ask(saving(**options), Counting()))
    assert [fall.code for fall in last.card.falls] == ["fell_load"]


def test_an_unknown_model_is_refused_as_always() -> None:
    with pytest.raises(InputError, match="model must be one of"):
        list(saving().perform(ASKED, "gpt-5", "ann"))
