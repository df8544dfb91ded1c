"""Which columns are taken for texts and labels, in the table section and by "Teach it"."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.classification.columns import label_column, read_examples, text_column
from backend.csv_tables import parse_table
from backend.errors import InputError

HEADERS = [
    "text,label", "Text,Label", "TEXT,LABEL", "文本,标签", "文字,標籤", "ｔｅｘｔ,Ｌａｂｅｌ",
    " Text , Label ", "Review,Sentiment", "评论,类别",
]  # fmt: skip


@pytest.mark.parametrize("header", HEADERS)
def test_usual_names_are_known_in_any_case_and_width(header: str, tmp_path: Path) -> None:
    data = f"{header}\na\u2028b,x\nc,y\n".encode()
    (file := tmp_path / "examples.csv").write_bytes(data)
    table = parse_table(data)
    assert (text_column(table), label_column(table)) == table.columns
    assert read_examples("", file).rows == [("a\u2028b", "x"), ("c", "y")]


def test_a_column_named_text_comes_before_others_that_may_hold_texts() -> None:
    table = parse_table(b"comment,text,class,label\n1,2,3,4\n")
    assert (text_column(table), label_column(table)) == ("text", "label")


def test_a_table_without_such_columns_names_those_it_has(tmp_path: Path) -> None:
    (file := tmp_path / "examples.csv").write_bytes(b"text,colour\na,b\n")
    assert label_column(parse_table(file.read_bytes())) is None
    with pytest.raises(InputError, match=r"no column 'label'.*'text', 'colour'"):
        read_examples("", file)


def test_examples_of_a_file_bring_its_notes_along(tmp_path: Path) -> None:
    (file := tmp_path / "examples.csv").write_bytes(
        "文本,标签\n很好,正面\n太差,负面\n".encode("gbk")
    )
    read = read_examples("正面：不错", file)
    assert read.rows == [("不错", "正面"), ("很好", "正面"), ("太差", "负面")]
    assert [note.code for note in read.notes] == ["guessed_encoding"]


@pytest.mark.parametrize("sign", ["\u2028", "\u2029"])
def test_a_unicode_line_separator_does_not_split_a_typed_example(sign: str) -> None:
    assert read_examples(f"x: a{sign}b\ny: c", None).rows == [(f"a{sign}b", "x"), ("c", "y")]
