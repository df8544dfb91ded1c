"""What the painter's lessons say, in both languages."""

from __future__ import annotations

import random

import pytest

from training.data import Record
from training.painter_captions import chinese_names, coloured, in_both_languages, of_two


def record(name: str, *chinese: str) -> Record:
    return Record(name, name, ["thing"], list(chinese), "noto", "", "", False, "train")


CAT, BALL = record("cat face", "猫脸", "猫"), record("ball", "球")


def test_one_thing_is_named_as_often_in_each_language() -> None:
    said = in_both_languages(CAT, "orange", {"thing"})
    english = sum(weight for text, weight in said if text.isascii())
    assert english == pytest.approx(1)
    assert sum(weight for _, weight in said) == pytest.approx(2)
    assert {"cat", "an emoji of a cat", "猫脸", "一只猫脸", "橙色的猫脸"} <= {t for t, _ in said}


def test_without_a_chinese_name_there_is_english_alone() -> None:
    assert all(text.isascii() for text, _ in in_both_languages(record("gear"), None, set()))
    assert all(text.isascii() for text, _ in coloured(record("gear"), "red"))
    assert len(of_two(CAT, record("gear"), False, random.Random(0))) == 1


def test_names_are_without_punctuation_and_those_without_chinese_characters_left_out() -> None:
    assert chinese_names(record("x", "旗: 中国", "OK", "旗")) == ["旗中国", "旗"]


def test_another_colour_is_said_with_the_thing() -> None:
    said = dict(coloured(CAT, "blue"))
    assert {"a blue cat", "blue cat", "蓝色的猫脸", "蓝色猫脸"} == set(said)
    assert sum(said.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("name", "chinese", "said"),
    [
        ("red heart", "红心", {"a blue heart", "蓝色的心"}),
        ("orange", "橙子", {"a blue orange", "蓝色的橙子"}),
    ],
)
def test_its_own_colour_is_not_said_of_a_repainted_thing(
    name: str, chinese: str, said: set[str]
) -> None:
    assert said <= dict(coloured(record(name, chinese), "blue")).keys()


def test_two_things_are_said_in_their_order() -> None:
    for above in (False, True):
        (english, _), (chinese, _) = of_two(CAT, BALL, above, random.Random(1))
        assert english.index("cat") < english.index("ball")
        assert chinese.index("猫") < chinese.index("球")
