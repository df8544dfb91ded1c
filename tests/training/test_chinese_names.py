"""The Chinese names that were written for this project."""

from __future__ import annotations

import csv
import gzip
import json
import re
from pathlib import Path

import pytest
from open_clip.zero_shot_metadata import IMAGENET_CLASSNAMES

from training import caption_languages, classes
from training.caption_languages import in_chinese, names_of_drawings
from training.data import Record

CHINESE = re.compile(r"(旗: )?[一-鿿]+|DNA|iPod|(福特)?T(恤|型车)")


def drawing(name: str, *chinese: str) -> Record:
    return Record(name, name, (), chinese, "clipart", "CC0", "somebody", False, "train")


@pytest.fixture
def language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> caption_languages.CaptionLanguage:
    """Chinese, with a dictionary of two words and two classes."""
    (tmp_path / "cedict").mkdir()
    with gzip.open(tmp_path / "cedict" / "cedict.gz", "wt", encoding="utf-8") as file:
        file.write("攔劫 拦劫 [lan2 jie2] /to mug/\n馬克杯 马克杯 [Ma3 ke4 bei1] /mug/\n")
    monkeypatch.setattr(classes, "chinese_names", lambda sources: [("旅鸫", "知更鸟"), ()])
    return in_chinese(tmp_path)


def test_a_drawing_has_the_name_written_for_it_and_not_a_dictionarys_first_sense(language) -> None:
    for known in ((), ("杯",)):  # by emojibase
        assert language.of(drawing("mug", *known)) == [("画的是马克杯", "mug")]
    assert language.cut("画的是马克杯") == ["画的是", "马克杯"]


def test_else_it_has_emojibases_name_or_none(language) -> None:
    assert language.of(drawing("zzz", "猫脸")) == [("画的是猫脸", "zzz")]
    assert language.of(drawing("zzz")) == []


def test_a_class_is_called_by_its_first_name(language) -> None:
    assert language.of_classes == ["照片里是旅鸫", ""]


def test_our_name_of_a_class_stands_for_the_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "package" / "src" / "misc"
    folder.mkdir(parents=True)
    theirs = {str(number): "面膜" for number in range(1000)}
    (folder / "zh.json").write_text(json.dumps(theirs), encoding="utf-8")
    monkeypatch.setattr(classes, "fetch", lambda source, sources: tmp_path)
    names = classes.chinese_names(tmp_path)
    assert names[643] == ("面具",) and names[1] == ("面膜",)


def test_every_drawing_of_the_table_has_one_chinese_name() -> None:
    with caption_languages.OURS.open(encoding="utf-8", newline="") as file:
        english = [row["english"] for row in csv.DictReader(file)]
    assert english == sorted(set(english)) and english == [name.lower() for name in english]
    assert not [name for name in names_of_drawings().values() if not CHINESE.fullmatch(name)]


def test_every_class_of_the_table_is_the_one_that_it_says() -> None:
    with classes.OURS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    numbers = [int(row["class"]) for row in rows]
    assert numbers == sorted(set(numbers))
    assert [row["english"] for row in rows] == [IMAGENET_CLASSNAMES[number] for number in numbers]
    assert not [row["chinese"] for row in rows if not CHINESE.fullmatch(row["chinese"])]
