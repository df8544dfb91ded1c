"""Which columns of a table hold the texts and their labels, by the names that people give them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from backend.classification.request import parse_examples
from backend.csv_tables import Table, read_table
from backend.messages import Message

TEXT_NAMES = ("text", "texts", "sentence", "review", "comment", "content",
              "文本", "文字", "句子", "评论", "評論", "内容", "內容")  # fmt: skip
LABEL_NAMES = ("label", "labels", "gold", "sentiment", "class", "category",
               "标签", "標籤", "情感", "类别", "類別", "分类", "分類")  # fmt: skip


@dataclass(frozen=True)
class ReadExamples:
    """(text, label) pairs, and notes on how their file was read."""

    rows: list[tuple[str, str]]
    notes: tuple[Message, ...]


def text_column(table: Table) -> str | None:
    """The column that is named as one of texts."""
    return table.named(*TEXT_NAMES)


def label_column(table: Table) -> str | None:
    """The column that is named as one of labels."""
    return table.named(*LABEL_NAMES)


def read_examples(lines: object, path: Path | None) -> ReadExamples:
    """Those of lines such as "label: text", then those of a CSV file.

    Raises InputError for a bad line, or for a file without a column of texts or of labels.
    """
    rows = parse_examples(lines)
    if path is None:
        return ReadExamples(rows, ())
    table = read_table(path)
    texts = table.column(text_column(table) or TEXT_NAMES[0])
    labels = table.column(label_column(table) or LABEL_NAMES[0])
    return ReadExamples([*rows, *zip(texts, labels, strict=True)], table.notes)
