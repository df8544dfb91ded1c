"""Stop detaches one of those who share a run, and they keep what there is."""

from __future__ import annotations

import threading
from collections.abc import Generator
from typing import Any

import pytest

from backend.device import Device
from backend.errors import Cancelled
from backend.executors.here import Here
from backend.messages import message
from backend.run import Run
from tests.backend.fakes import (
    PATIENCE,
    Loader,
    assert_nothing_is_left,
    codes,
    device_for,
    in_threads,
    results,
)
from tests.backend.shared_work import Counted, Counting, ask, saving, until


def test_stop_detaches_one_who_keeps_what_there_is() -> None:
    backend, work = saving(), Counting()
    ann, bob = ask(backend, work), ask(backend, work, "bob")
    until(ann, 2)
    until(bob, 2)
    assert backend.cancel("bob") == 1
    (left,) = results(bob)
    assert (left.number, left.card.figures["finished"]) == (2, "stopped")
    assert results(ann)[-1].number == 3
    assert not results(ask(backend, work, "cyd"))[-1].card.figures


def test_stop_keeps_what_there_is_when_progress_came_after_it() -> None:
    def work(model: Any, run: Run) -> Generator[Any, None, None]:
        yield Counted(1)
        yield run.progress(message("drawing"))
        yield Counted(2, run.card((), {}))

    backend = saving()
    ann, bob = ask(backend, work), ask(backend, work, "bob")
    until(ann, 1)
    assert codes([next(ann)]) == ["drawing"]
    until(bob, 1)
    backend.cancel("ann")
    assert results(ann)[-1].card.figures == {"finished": "stopped"}
    assert results(bob)[-1].number == 2


def test_stop_when_a_film_is_still_to_come_leaves_the_whole() -> None:
    def work(model: Any, run: Run) -> Generator[Any, None, None]:
        yield Counted(1, run.card((), {}))
        yield run.progress(message("drawing"))

    backend = saving()
    ann, bob = ask(backend, work), ask(backend, work, "bob")
    until(ann, 1)
    until(bob, 1)
    backend.cancel("ann")
    assert not results(ann)[-1].card.figures
    list(bob)


def test_what_a_model_made_before_it_fell_is_not_kept_as_the_next_one_s() -> None:
    def work(model: Any, run: Run) -> Generator[Any, None, None]:
        if not run.falls:
            yield Counted(1)
            raise MemoryError("out of memory")
        yield run.progress(message("drawing"))
        yield Counted(2, run.card((), {}))

    backend = saving()
    ann, bob = ask(backend, work), ask(backend, work, "bob")
    until(bob, 1)
    next(update for update in ann if codes([update]) == ["drawing"])
    backend.cancel("ann")
    with pytest.raises(Cancelled):
        list(ann)
    assert results(bob)[-1].card.falls


def test_stop_when_all_is_there_leaves_the_whole() -> None:
    backend, work = saving(), Counting()
    ann, bob = ask(backend, work), ask(backend, work, "bob")
    until(ann, 1)
    until(bob, 1)
    assert results(ann)[-1].card
    cyd = ask(backend, work, "cyd")
    backend.cancel("bob")
    assert [(u.number, u.card.figures) for u in results(bob) if u.card] == [(3, {})]
    assert results(cyd)[-1].card.age is not None


def test_stop_before_there_is_anything_says_so() -> None:
    gate = threading.Event()
    backend = saving(load=Loader(gate=gate))
    ann, bob = (ask(backend, Counting(), name) for name in ("ann", "bob"))
    for updates in (ann, bob):
        assert codes([next(updates), next(updates)]) == ["starting", "loading"]
    backend.cancel("ann")
    with pytest.raises(Cancelled):
        list(ann)
    gate.set()
    assert results(bob)[-1].card


@pytest.mark.parametrize("is_followed", [True, False])
def test_stop_while_a_model_is_chosen_ends_it_before_it_begins(is_followed: bool) -> None:
    """Choosing may import torch: seconds in which there is neither a run nor a follower."""
    concerned: list[int] = []

    def stop_then_choose(tier: str) -> Device:
        if not concerned:
            concerned.append(backend.cancel("ann"))
        return device_for(tier)

    backend, work, others = saving(device_for=device_for), Counting(), Counting()
    bob = ask(backend, others, "bob")
    if is_followed:
        until(bob, 1)
    assert isinstance(backend.executor, Here)
    backend.executor.device_for = stop_then_choose
    with pytest.raises(Cancelled):
        list(ask(backend, work))
    assert concerned == [1] and not work.begun
    assert results(bob)[-1].card
    assert_nothing_is_left(backend)


def test_stop_of_who_has_just_begun_to_follow_concerns_one_run() -> None:
    backend = saving()
    ann = ask(backend, Counting())
    assert codes([next(ann)]) == ["starting"]
    assert backend.cancel("ann") == 1
    bob = ask(backend, Counting(), "bob")
    until(bob, 1)
    assert backend.cancel("bob") == 1


def test_stop_of_the_last_ends_the_run_with_what_it_has_and_nothing_is_saved() -> None:
    backend, work = saving(), Counting()
    ann = ask(backend, work)
    until(ann, 2)
    assert backend.cancel("ann") == 1
    (last,) = results(ann)
    assert last.number == 2 and last.card
    assert_nothing_is_left(backend)
    assert results(ask(backend, work, "bob"))[-1].number == 3 and work.begun == 2


def test_stop_reaches_a_long_step_at_once() -> None:
    """A single follower's Stop cancels the job, as it does in a run of their own."""
    backend, at_work = saving(), threading.Event()

    def long_step(model: Any, run: Run) -> Generator[Any, None, None]:
        at_work.set()
        while True:
            run.job.check()
        yield

    def follow(_: int) -> bool:
        with pytest.raises(Cancelled):
            list(ask(backend, long_step))
        return True

    def stop(_: int) -> bool:
        assert at_work.wait(PATIENCE)
        return backend.cancel("ann") == 1

    assert all(in_threads(2, lambda n: (follow, stop)[n](n)))
    assert_nothing_is_left(backend)


def test_a_question_asked_while_the_stopped_run_ends_is_a_run_of_its_own() -> None:
    backend, work = saving(), Counting()
    ann = ask(backend, work)
    until(ann, 1)
    backend.cancel("ann")
    bob = ask(backend, work, "bob")
    next(bob)
    list(ann)
    assert results(bob)[-1].number == 3 and work.begun == 2


def test_who_asks_when_only_one_is_left_who_pressed_stop_has_a_run_of_their_own() -> None:
    backend, work = saving(), Counting()
    ann, bob = ask(backend, work), ask(backend, work, "bob")
    until(ann, 1)
    until(bob, 1)
    backend.cancel("ann")
    bob.close()  # type: ignore[attr-defined]
    cyd = results(ask(backend, work, "cyd"))
    assert cyd[-1].number == 3 and not cyd[-1].card.figures and work.begun == 2
    assert results(ann)[-1].number == 1
    assert_nothing_is_left(backend)
