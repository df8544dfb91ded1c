"""Which ImageNet classes a thing is like, by WordNet's tree."""

from __future__ import annotations

from pathlib import Path

import pytest

from training import classes

NOUNS = """  1 This software and database is being provided to you
00000001 03 n 01 bird 0 000 | a creature with feathers
00000002 03 n 02 songbird 0 oscine_bird 0 001 @ 00000001 n 0000 | one that sings
00000003 03 n 01 robin 0 002 #m 00000009 n 0000 @ 00000002 n 0000 | a robin
00000004 03 n 01 lark 0 001 @ 00000002 n 0000 | a lark
00000005 03 n 01 finch 0 001 @ 00000002 n 0000 | a finch
00000006 03 n 01 idea 0 000 | a thought
"""


@pytest.fixture
def parents(tmp_path: Path) -> dict[str, str]:
    file = tmp_path / "data.noun"
    file.write_text(NOUNS)
    return classes.hypernyms(file)


def test_the_synset_above_each_is_read(parents: dict[str, str]) -> None:
    assert parents == {
        "n00000002": "n00000001", "n00000003": "n00000002", "n00000004": "n00000002",
        "n00000005": "n00000002",
    }  # fmt: skip


def test_a_thing_that_is_no_class_is_like_those_of_its_own_kind(parents: dict[str, str]) -> None:
    below = classes.classes_below(parents, ["n00000003", "n00000005"])
    assert classes.like("n00000004", parents, below) == (0, 1)
    assert classes.like("n00000003", parents, below) == (0,)
    assert classes.like("n00000006", parents, below) == ()


def test_what_is_like_too_many_is_like_none(parents: dict[str, str], monkeypatch) -> None:
    below = classes.classes_below(parents, ["n00000003", "n00000005"])
    monkeypatch.setattr(classes, "MAX_CLASSES", 1)
    assert classes.like("n00000002", parents, below) == ()


def test_several_chinese_names_stand_between_commas_and_asides_go():
    from training.classes import _names_in

    assert _names_in("鸢（猛禽）") == ("鸢",)
    assert _names_in("串联自行车,") == ("串联自行车",)
    assert _names_in("非洲鳄,尼罗河鳄鱼") == ("非洲鳄", "尼罗河鳄鱼")
