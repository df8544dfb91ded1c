"""Two answers beside each other, as HTML."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend.generation.results import Comparison, Generated
from backend.messages import message
from backend.run import RunCard
from demos.generation import compare
from tests.backend.fakes import CPU, spec

EVIL = "<img src=x onerror=alert(1)>"


def answer(name: str, parameters: int, speed: float | None = 10.0, text: str = "Hi") -> Generated:
    row = replace(spec(name), name=name, parameters=parameters)
    figures = {"seed": 1} | ({} if speed is None else {"tokens_per_second": speed})
    return Generated(text, "end", RunCard(row, CPU, 1.0, figures=figures))


def test_sizes_and_speeds_are_compared_and_limits_stated() -> None:
    both = Comparison((answer("A", 600_000_000, 5.0), answer("B", 150_000_000, 20.0)), over=True)
    compared, limits = compare.remarks("en", both)
    assert compared == (
        "A has 4.0 times as many parameters as B; B wrote 4.0 times as many tokens a second."
    )
    assert "150 M parameters" in limits and "makes things up" in limits


@pytest.mark.parametrize("speed", [None, 0.0])
def test_an_answer_too_short_for_a_speed_is_not_compared(speed: float | None) -> None:
    both = Comparison((answer("A", 600, speed), answer("B", 150)), over=True)
    assert len(compare.remarks("en", both)) == 1


def test_one_answer_alone_says_why_and_what_a_small_model_is() -> None:
    one = Comparison((answer("A", 150),), True, why_alone=message("versus_stopped"))
    why, limits = compare.remarks("zh", one)
    assert "停止" in why and "编造" in limits


def test_one_model_twice_says_what_was_different() -> None:
    pair = answer("A", 150), answer("A", 150)
    twice, limits = compare.remarks(
        "en", Comparison(pair, True, why_twice=message("versus_greedy", model="A"))
    )
    assert "A, so it answers twice" in twice and "makes things up" in limits


def test_nothing_is_said_before_the_end() -> None:
    assert compare.remarks("en", Comparison((answer("A", 1), answer("B", 2)))) == []


def test_what_models_write_and_are_called_stays_text() -> None:
    drawn = compare.columns(
        "en", Comparison((answer(EVIL, 1, text=EVIL), answer("B", 2)), over=True)
    )
    assert "<img" not in drawn
