"""Bounded by the bytes that are really held; the least recently used go first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from backend.run import RunCard
from backend.saved_results import SavedResults
from tests.backend.fakes import CPU, Clock, spec


@dataclass(frozen=True)
class Result:
    data: Any
    card: RunCard | None = None


def megabyte() -> np.ndarray:
    return np.zeros(1_000_000, np.uint8)


def test_the_least_recently_used_goes_first() -> None:
    saved = SavedResults(max_bytes=3_100_000)
    for name in "abc":
        saved.put(name, Result(megabyte()))
    assert saved.get("a")
    saved.put("d", Result(megabyte()))
    assert [bool(saved.get(name)) for name in "abcd"] == [True, False, True, True]
    assert saved.nbytes <= 3_100_000


@dataclass(frozen=True)
class Heavy(Result):
    def lean(self) -> Result:
        return Result("what cannot be computed again")


def test_a_result_is_kept_in_its_lean_form() -> None:
    saved = SavedResults(max_bytes=1_000)
    saved.put("a", Heavy(megabyte()))
    assert saved.get("a").data == "what cannot be computed again" and saved.nbytes < 1_000


def test_what_two_results_share_counts_once() -> None:
    saved, shared = SavedResults(max_bytes=1_500_000), megabyte()
    for name in "abc":
        saved.put(name, Result((name, shared)))
    assert all(saved.get(name) for name in "abc")
    assert saved.nbytes < 1_100_000


def test_the_sum_is_zero_again_when_all_have_gone() -> None:
    saved, shared = SavedResults(max_bytes=4_500_000), megabyte()
    saved.put("a", Result(shared))
    saved.put("b", Result((shared, megabyte())))
    for number in range(4):
        saved.put(f"c{number}", Result(megabyte()))
    assert not saved.get("a") and not saved.get("b")
    assert 4_000_000 <= saved.nbytes < 4_010_000


def test_what_is_larger_than_all_the_room_is_not_kept_and_drives_nothing_out() -> None:
    saved = SavedResults(max_bytes=1_100_000)
    saved.put("a", Result(megabyte()))
    saved.put("b", Result((megabyte(), megabyte())))
    assert saved.get("a") and not saved.get("b")


def test_a_result_that_is_put_again_counts_once() -> None:
    saved = SavedResults(max_bytes=10_000_000)
    for _ in range(3):
        saved.put("a", Result(megabyte()))
    assert saved.nbytes < 1_100_000


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (1, "a moment ago"),
        (2, "2 seconds ago"),
        (119, "119 seconds ago"),
        (240, "4 minutes ago"),
        (7300, "2 hours ago"),
    ],
)
def test_the_card_says_how_old_the_result_is(seconds: float, said: str) -> None:
    clock = Clock()
    saved = SavedResults(10_000, clock.monotonic)
    saved.put("a", Result(0, RunCard(spec("small"), CPU, 3.0)))
    clock.now += seconds
    card = saved.get("a").card
    assert said in str(card.notes[0]) and card.seconds == 3.0 and card.age == seconds
