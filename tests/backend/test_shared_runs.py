"""One run for all who ask the same: who drives it, who may leave, what is kept of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from backend import Backend
from backend.device import Device
from backend.errors import Cancelled, DeadlineExceeded, InputError
from backend.executors.here import Here
from backend.jobs import keeping_what_is_done
from backend.messages import message
from backend.operation import Operation
from backend.run import Progress, Run, RunCard
from backend.saved_results import SavedResults
from backend.schedule import Jobs
from tests.backend.fakes import (
    PATIENCE,
    Clock,
    Loader,
    assert_nothing_is_left,
    codes,
    device_for,
    device_without_gpu,
    in_threads,
    make_backend,
    performed,
    results,
)

ASKED = Operation("generation", "test.long", ("how many", 3), cacheable=True)


@dataclass(frozen=True)
class Counted:
    """An update of the work below."""

    number: int
    card: RunCard | None = None

    @property
    def stage(self) -> bool:
        return self.card is not None

    def stopped(self, run: Run) -> Counted:
        return replace(self, card=run.card((), {"finished": "stopped"}))


class Counting:
    """Work that counts to three, and waits for `gate` before each number but the first."""

    def __init__(self, gate: threading.Semaphore | None = None, to: int = 3) -> None:
        self.begun, self.ended, self.gate, self.to = 0, 0, gate, to
        self.is_at_work = threading.Event()

    def __call__(self, model: Any, run: Run) -> Generator[Progress | Counted, None, None]:
        self.begun += 1
        number = 0
        try:
            with keeping_what_is_done(lambda: number > 0):
                for following in range(1, self.to + 1):
                    if number and self.gate:
                        assert self.gate.acquire(timeout=PATIENCE)
                    run.job.check()
                    number = following
                    yield Counted(number)
                    self.is_at_work.set()
            yield Counted(number, run.card((), {}))
        finally:
            self.ended += 1


def saving(megabytes: float = 100, clock: Clock | None = None, **options: Any) -> Backend:
    saved = SavedResults(int(megabytes * 1e6), (clock or Clock()).monotonic)
    return make_backend(saved=saved, **options)


def ask(
    backend: Backend, work: Callable[..., Any], visitor: str = "ann", asked: Operation = ASKED
) -> Iterator[Any]:
    return backend.perform(replace(asked, hint=Heedless(work)), "", visitor)


@dataclass(frozen=True)
class Heedless:
    """Work that does not look at what is asked."""

    work: Callable[..., Any]

    def __call__(self, model: Any, run: Run, *_: Any) -> Any:
        return self.work(model, run)


def until(updates: Iterator[Any], number: int) -> Counted:
    """The first update that has counted so far."""
    return next(u for u in updates if isinstance(u, Counted) and u.number >= number)


# --- One computation ----------------------------------------------------------------------------


def test_many_who_ask_at_once_are_answered_by_one_run() -> None:
    backend, work = saving(), Counting()
    answers = in_threads(32, lambda n: results(ask(backend, work, f"visitor {n}"))[-1])
    assert work.begun == 1
    assert {answer.number for answer in answers} == {3}
    assert all(answer.card for answer in answers)
    assert_nothing_is_left(backend)


def test_who_comes_late_gets_the_whole_and_has_waited_as_long_as_they_have() -> None:
    backend, gate = saving(), threading.Semaphore(0)
    work = Counting(gate)
    first = ask(backend, work)
    until(first, 1)
    second = ask(backend, work, "bob")
    assert codes([next(second)]) == ["starting"]
    gate.release(5)
    seen = [u.number for u in results(second)]
    assert seen == sorted(seen) and seen[-2:] == [3, 3]
    assert results(first)[-1].card and work.begun == 1


def test_who_reads_slowly_skips_to_the_newest_of_each_stage() -> None:
    backend, work = saving(), Counting()
    slow = ask(backend, work)
    until(slow, 1)
    assert len(results(ask(backend, work, "bob"))) == 4
    assert [(u.number, bool(u.card)) for u in slow] == [(3, False), (3, True)]


def test_a_follower_sees_what_is_being_waited_for() -> None:
    gate = threading.Event()
    backend = saving(load=Loader(gate=gate))
    ann, bob = (ask(backend, Counting(), name) for name in ("ann", "bob"))
    assert [next(ann).message.code for _ in range(3)] == ["starting", "loading", "loading"]
    assert [next(bob).message.code for _ in range(2)] == ["starting", "loading"]
    gate.set()
    assert results(bob)[-1].card and results(ann)[-1].card


def test_a_run_that_others_may_follow_has_the_turns_of_who_began_it() -> None:
    """Else a visitor's second run would come before another's first."""

    def waits(updates: Iterator[Any]) -> bool:
        return codes([next(updates)]) == ["waiting"]

    backend = saving()
    ahead, own, bob = (
        performed(backend, Counting(), "", name, "exclusive") for name in ("cyd", "ann", "bob")
    )
    for_all = ask(backend, Counting(), "ann", replace(ASKED, name="test.exclusive"))
    until(ahead, 1)
    for updates in (own, for_all, bob):
        assert any(waits(updates) for _ in range(9))
    for updates in (ahead, own):
        updates.close()  # type: ignore[attr-defined]
    assert next(bob) == Counted(1) and waits(for_all)
    for updates in (bob, for_all):
        updates.close()  # type: ignore[attr-defined]
    assert_nothing_is_left(backend)


# --- Who leaves ---------------------------------------------------------------------------------


def test_the_first_may_close_the_page_and_the_others_go_on() -> None:
    backend, work = saving(), Counting()
    first, second = ask(backend, work), ask(backend, work, "bob")
    until(first, 1)
    until(second, 1)
    first.close()  # type: ignore[attr-defined]
    assert results(second)[-1].card and work.begun == 1
    assert results(ask(backend, work, "cyd"))[-1].number == 3 and work.begun == 1


def test_when_all_have_left_the_run_ends_and_nothing_is_saved() -> None:
    backend, work = saving(), Counting()
    for updates in (pages := [ask(backend, work, name) for name in ("ann", "bob")]):
        until(updates, 1)
    for updates in pages:
        updates.close()  # type: ignore[attr-defined]
    assert_nothing_is_left(backend)
    assert results(ask(backend, work))[-1].card
    assert (work.begun, work.ended) == (2, 2)


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


def test_leaving_the_page_leaves_the_run() -> None:
    backend, work = saving(), Counting()
    ann, bob = ask(backend, work), ask(backend, work, "bob")
    until(ann, 1)
    until(bob, 1)
    backend.leave("ann")
    assert results(bob)[-1].number == 3


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
