"""One run for all who ask the same, whoever drives it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tests.backend.fakes import (
    Loader,
    assert_nothing_is_left,
    codes,
    in_threads,
    performed,
    results,
)
from tests.backend.shared_work import ASKED, Counted, Counting, ask, saving, until


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
