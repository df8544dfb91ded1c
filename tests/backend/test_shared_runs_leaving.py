"""Who closes the page leaves the run to the others; without anybody it ends."""

from __future__ import annotations

from tests.backend.fakes import (
    assert_nothing_is_left,
    results,
)
from tests.backend.shared_work import Counting, ask, saving, until


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


def test_leaving_the_page_leaves_the_run() -> None:
    backend, work = saving(), Counting()
    ann, bob = ask(backend, work), ask(backend, work, "bob")
    until(ann, 1)
    until(bob, 1)
    backend.leave("ann")
    assert results(bob)[-1].number == 3
