"""training/dates.py: what the date writer learns from, and what the shipped one can do."""

from __future__ import annotations

import random
from datetime import date

import pytest

from training import dates

DAY = date(2024, 2, 14)


def test_a_day_is_written_in_the_ways_that_people_do() -> None:
    ways = dates.ways(DAY)
    for way in (
        "14 February 2024",
        "Feb 14, 2024",
        "14th of February 2024",
        "Wednesday 14 February 2024",
        "2024年2月14日",
        "二〇二四年二月十四日",
        "2024-02-14",
    ):
        assert way in ways


@pytest.mark.parametrize(
    ("number", "written"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (31, "三十一")]
)
def test_days_in_chinese_numerals(number: int, written: str) -> None:
    assert dates._han(number) == written


def test_a_held_out_day_is_never_in_a_lesson() -> None:
    rng = random.Random(3)
    for _ in range(500):
        assert not dates.is_held_out(date.fromisoformat(dates.example(rng)[1]))
        assert dates.is_held_out(date.fromisoformat(dates.example(rng, held_out=True)[1]))


def test_the_tokenizer_knows_every_character_of_every_way() -> None:
    tokenizer = dates.make_tokenizer()
    for month in range(1, 13):
        for way in dates.ways(date(1999, month, 28)):
            for text in (way, way.upper(), way.lower()):
                assert tokenizer.unk_token_id not in tokenizer(text)["input_ids"], text


def test_the_shipped_weights_rewrite_days_that_they_never_saw() -> None:
    from transformers import AutoTokenizer, MarianMTModel

    model = MarianMTModel.from_pretrained(dates.TARGET).eval()
    tokenizer = AutoTokenizer.from_pretrained(dates.TARGET)
    assert dates.accuracy(model, tokenizer, 60, seed=5) >= 0.95
