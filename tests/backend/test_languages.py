"""Which language a text is in, and what is said where a model has not learnt it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend.languages import has_unknown_script, is_chinese, language_for, note
from backend.models.registry import VERSE
from tests.backend.fakes import spec

ENGLISH = spec("english")
VERSES = replace(spec("verses"), languages=VERSE)
BOTH = replace(spec("both"), languages="English, Chinese and 100 more")


@pytest.mark.parametrize(
    ("text", "chinese"),
    [
        ("床前明月光，疑是地上霜。", True),
        ("為什麼天空是藍色的？", True),
        ("用 Python 写一个排序函数", True),
        ("What does 你好 mean?", False),
        ("The cat sat.", False),
        ("これはペンです", False),
        ("123 😀 ，。", False),
        ("", False),
    ],
)
def test_a_text_is_chinese_where_half_of_its_letters_are(text: str, chinese: bool) -> None:
    assert is_chinese(text) is chinese


def said(text: str) -> dict[str, list[str]]:
    return {row.id: [one.code for one in note(row, text)] for row in (ENGLISH, VERSES, BOTH)}


def test_a_model_that_has_learnt_no_chinese_says_so_of_a_chinese_text() -> None:
    assert said("天空为什么是蓝色的？") == {"english": ["no_chinese"], "verses": [], "both": []}


def test_a_model_of_verse_alone_says_so_of_any_other_text() -> None:
    assert said("Why is the sky blue?") == {"english": [], "verses": ["chinese_alone"], "both": []}


def test_a_word_in_another_script_is_said_to_mean_little() -> None:
    assert said("What does 你好 mean?")["english"] == ["reads_only"]
    assert said("Что это?")["english"] == ["reads_only"]
    assert said("Where is the café?")["english"] == []


def test_nothing_is_said_of_a_text_without_letters() -> None:
    assert not any(said("1 + 1 = 😀").values())


def test_a_model_is_asked_in_the_language_that_is_wanted_or_in_english() -> None:
    asked = {row.id: language_for(row, "zh") for row in (ENGLISH, VERSES, BOTH)}
    assert asked == {"english": "en", "verses": "en", "both": "zh"}
    assert language_for(BOTH, "en") == "en"


def test_letters_of_a_third_script_are_noted_where_two_languages_were_learnt() -> None:
    two = "English, Chinese"
    assert has_unknown_script("Что это?", two)
    assert not has_unknown_script("一只 cat，和一个 café。", two)
    assert not has_unknown_script("Что это?", BOTH.languages)
