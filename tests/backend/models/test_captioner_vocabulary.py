"""The captioner's words: spaced in English, the longest known ones in Chinese."""

from __future__ import annotations

from backend.models.captioner.vocabulary import Vocabulary, longest_words

SPECIAL = ["<start>", "<end>", "<unknown>"]
ENGLISH = Vocabulary([*SPECIAL, "a", "cat", "jack-o-lantern"])
CHINESE = Vocabulary([*SPECIAL, "画的是", "猫", "猫头鹰", "和"], is_spaced=False)


def test_english_words_stand_between_spaces_and_marks_are_none():
    assert ENGLISH.cut(" A cat, a Jack-o-Lantern! ") == ["a", "cat", "a", "jack-o-lantern"]
    assert ENGLISH.text([3, 4]) == "a cat"


def test_chinese_is_cut_into_the_longest_words():
    assert CHINESE.cut("画的是猫头鹰和猫。") == ["画的是", "猫头鹰", "和", "猫"]
    assert CHINESE.text(CHINESE.read("画的是猫头鹰")) == "画的是猫头鹰"


def test_characters_that_begin_no_word_stand_alone():
    assert CHINESE.cut("猫狗") == ["猫", "狗"] and "狗" not in CHINESE.numbers


def test_cutting_by_the_words_of_what_was_cut_gives_the_same_words():
    """So a captioner's own words cut a visitor's text as the dictionary cut what it learnt."""
    dictionary = dict.fromkeys(["猫", "猫头", "头鹰", "猫头鹰", "大", "大猫"])
    words = longest_words("大猫头鹰猫", dictionary)
    assert longest_words("大猫头鹰猫", dict.fromkeys(words)) == words


def test_special_words_cannot_be_typed():
    assert "<end>" not in ENGLISH.numbers
