"""training/poems.py: which poems the verse writer learns from, and which are kept from it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from training import poems
from training.poems import Poem

FOUR_OF_FIVE = "白日依山尽，黄河入海流。欲穷千里目，更上一层楼。"
FOUR_OF_SEVEN = "朝辞白帝彩云间，千里江陵一日还。两岸猿声啼不住，轻舟已过万重山。"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (FOUR_OF_FIVE, True),
        (FOUR_OF_SEVEN, True),
        (FOUR_OF_FIVE * 2, True),
        (FOUR_OF_FIVE + FOUR_OF_SEVEN, False),  # lines of two lengths
        (FOUR_OF_FIVE.replace("尽", ""), False),
        (FOUR_OF_FIVE[:-1], False),  # the last line has no mark
        (FOUR_OF_FIVE * 3, False),
        ("白日依山尽，", False),
        ("白日□山尽，黄河入海流。欲穷千里目，更上一层楼。", False),
        ("The sun, the hills, the river, the sea.", False),
        ("", False),
    ],
)
def test_the_form_is_four_or_eight_lines_of_one_length(text: str, kept: bool) -> None:
    assert poems.in_form(text) is kept


def test_couplets_are_without_marks() -> None:
    assert Poem(FOUR_OF_FIVE, "").couplets == ["白日依山尽黄河入海流", "欲穷千里目更上一层楼"]


def test_a_poem_is_there_once_under_the_title_that_came_first() -> None:
    first, again = Poem(FOUR_OF_FIVE, "登鹳雀楼"), Poem(FOUR_OF_FIVE, "登楼")
    assert poems.distinct([first, Poem(FOUR_OF_SEVEN, ""), again])[0] == first
    assert len(poems.distinct([first, again])) == 1


def test_rare_characters_leave_with_their_poems(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poems, "LEAST", 2)
    common = [Poem(FOUR_OF_FIVE, "登楼"), Poem(FOUR_OF_FIVE, "龘")]
    kept = poems.without_rare([*common, Poem(FOUR_OF_SEVEN, "")])
    assert [poem.text for poem in kept] == [FOUR_OF_FIVE] * 2
    assert [poem.title for poem in kept] == ["", ""]  # neither title is of known characters


def test_no_couplet_of_a_held_out_poem_is_trained_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poems, "HELD_OUT", 3)
    lines = [f"{one}日依山尽，黄河入海流。" for one in "甲乙丙丁戊己庚辛壬癸"]
    made = [Poem(first + second, "") for first in lines for second in lines if first != second]
    parts = poems.split(made)
    held = {
        couplet for part in ("validation", "test") for p in parts[part] for couplet in p.couplets
    }
    assert len(parts["validation"]) == len(parts["test"]) == 3
    assert parts["train"] and all(held.isdisjoint(poem.couplets) for poem in parts["train"])
    assert poems.split(made) == parts


def test_poems_are_read_in_simplified_characters(tmp_path: Path) -> None:
    pytest.importorskip("opencc", reason="requirements-train.txt is not installed")
    folder = tmp_path / "package" / "dist" / "quantangshi"
    folder.mkdir(parents=True)
    traditional = ["白日依山盡，黃河入海流。", "欲窮千里目，更上一層樓。"]
    rows = [
        {"title": "登鸛雀樓", "paragraphs": traditional},
        {"title": "句", "paragraphs": traditional[:1]},  # a fragment
    ]
    (folder / "poet.tang.0.json").write_text(json.dumps(rows), "utf-8")
    assert list(poems.read(tmp_path)) == [Poem(FOUR_OF_FIVE, "登鹳雀楼")]
