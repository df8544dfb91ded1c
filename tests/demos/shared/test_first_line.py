"""Whoever clicks is told soon that something happens, and told nothing more than is needed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import wait
from contextvars import ContextVar
from typing import Any

import pytest

from backend import lazy_libraries
from backend.messages import message
from backend.run import Progress
from demos.shared import first_line
from demos.shared.first_line import SOON, always, with_first_line
from tests.backend.fakes import PATIENCE

QUICK = Progress(message("loading", model="m"), 0.0)
LASTING = Progress(message("loading", model="m"), SOON)
who: ContextVar[str] = ContextVar("who", default="nobody")


def lines(updates: Iterator[Any]) -> list[str]:
    """Codes of progress; results as they are."""
    return [one.message.code if isinstance(one, Progress) else one for one in updates]


@pytest.fixture(autouse=True)
def libraries_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lazy_libraries, "are_asked_for", lambda: True)


def test_the_first_run_of_all_is_announced_before_it_begins(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lazy_libraries, "are_asked_for", lambda: False)
    begun: list[str] = []

    def make() -> Iterator[str]:
        begun.append("imports")
        return iter(["result", "more"])

    updates = with_first_line(make)
    line = next(updates)
    assert isinstance(line, Progress) and line.seconds >= SOON and begun == []
    assert list(updates) == ["result", "more"] and begun == ["imports"]


def test_a_run_that_is_silent_at_first_is_announced() -> None:
    gate = threading.Event()

    def make() -> Iterator[str]:
        assert gate.wait(PATIENCE)  # as an import before the run begins
        return iter(["result"])

    updates = with_first_line(make, patience=0.0)
    assert lines([next(updates)]) == ["starting"]
    gate.set()
    assert list(updates) == ["result"]


def test_the_line_is_the_last_progress_that_was_too_quick_to_be_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gate, patience = threading.Event(), iter([PATIENCE, 0.0])  # time is up at the second update

    def make() -> Iterator[Any]:
        yield QUICK
        assert gate.wait(PATIENCE)
        yield "result"

    monkeypatch.setattr(first_line, "wait", lambda ahead, _: wait(ahead, next(patience)))
    updates = with_first_line(make)
    assert next(updates) == QUICK
    line = next(updates)
    assert isinstance(line, Progress) and line.message == QUICK.message and line.seconds > 0
    gate.set()
    assert list(updates) == ["result"]


@pytest.mark.parametrize("first", ["result", LASTING])
def test_after_something_seen_nothing_is_added(first: Any) -> None:
    later = ["more", "end"]
    assert list(with_first_line(lambda: iter([first, *later]), patience=60.0)) == [first, *later]


def test_a_page_that_shows_all_progress_needs_no_line_after_the_first() -> None:
    threads = []

    def make() -> Iterator[Any]:
        yield QUICK
        threads.append(threading.current_thread())
        yield "result"

    assert list(with_first_line(make, always, patience=60.0)) == [QUICK, "result"]
    assert threads == [threading.current_thread()]  # nobody watches the clock any more


def test_errors_come_as_they_are() -> None:
    def make() -> Iterator[str]:
        raise TimeoutError("of its own")

    with pytest.raises(TimeoutError, match="of its own"):
        list(with_first_line(make, patience=60.0))


def test_a_run_sees_who_asked() -> None:
    who.set("a visitor")
    assert list(with_first_line(lambda: iter([who.get()]), patience=60.0)) == ["a visitor"]


def test_a_run_that_is_left_is_closed() -> None:
    closed = threading.Event()

    def make() -> Iterator[str]:
        try:
            yield "first"
            yield "second"
        finally:
            closed.set()

    updates = with_first_line(make, patience=60.0)
    next(updates)
    del updates
    assert closed.wait(PATIENCE)


def test_one_that_is_left_before_it_began_is_not_waited_for() -> None:
    gate, closed = threading.Event(), threading.Event()

    def make() -> Iterator[str]:
        try:
            assert gate.wait(PATIENCE)
            yield "late"
        finally:
            closed.set()

    updates = with_first_line(make, patience=0.0)
    next(updates)
    del updates
    assert not closed.is_set()
    gate.set()
    assert closed.wait(PATIENCE)
