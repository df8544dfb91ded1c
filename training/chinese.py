"""Chinese words and their English meaning, for the text tower to learn from.

From CC-CEDICT (a dictionary) and emojibase's Chinese names; those of the pictures' test concepts
are left out, so that the Chinese bar is measured on names that were never taught as such.
"""

import gzip
import re
from collections import defaultdict
from pathlib import Path

from training.concepts import TRAIN
from training.data import Record

HAN = re.compile(r"[一-鿿]+")
_LINE = re.compile(r"^\S+ (\S+) \[[^]]*] /(.+)/")
_ASIDE = re.compile(r"\([^)]*\)|\[[^]]*]|\b(CL|variant of|see|old variant|abbr\.|surname)\b.*")
PHRASES = ("一个{}", "一张{}的图片", "{}的图画", "{}。")
COLOURS_SAID = (
    ("red", "红色"), ("red", "红"), ("orange", "橙色"), ("orange", "橘色"), ("yellow", "黄色"),
    ("yellow", "黄"), ("green", "绿色"), ("green", "绿"), ("blue", "蓝色"), ("blue", "蓝"),
    ("purple", "紫色"), ("purple", "紫"), ("pink", "粉色"), ("pink", "粉红色"), ("brown", "棕色"),
    ("brown", "褐色"), ("black", "黑色"), ("black", "黑"), ("white", "白色"), ("white", "白"),
    ("gray", "灰色"), ("gray", "灰"),
)  # fmt: skip
COLOURED = (
    "{colour}的{noun}", "{colour}{noun}", "一个{colour}的{noun}", "一只{colour}的{noun}",
    "一辆{colour}的{noun}", "一朵{colour}的{noun}", "一件{colour}的{noun}",
    "{colour}的{noun}的照片", "这个{noun}是{colour}的",
)  # fmt: skip
MAX_CHARACTERS, MAX_GLOSS_WORDS = 6, 5  # names of things, not explanations


def dictionary(cedict: Path) -> list[tuple[str, str]]:
    """(simplified Chinese, English) pairs of CC-CEDICT's short entries, one per meaning."""
    file = next(cedict.rglob("cedict*.gz"))
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        found = [_LINE.match(line) for line in lines]
    pairs = []
    for entry in filter(None, found):
        word, glosses = entry.groups()
        if HAN.fullmatch(word) and len(word) <= MAX_CHARACTERS:
            pairs += [(word, gloss) for gloss in _glosses(glosses)[:3]]
    return pairs


def _glosses(text: str) -> list[str]:
    plain = (_ASIDE.sub("", gloss).strip() for gloss in re.split(r"[/;]", text))
    short = (re.sub(r"^(to|a|an|the) ", "", gloss) for gloss in plain)
    return [g for g in short if 1 <= len(g.split()) <= MAX_GLOSS_WORDS and g.isascii() and g]


def names(records: list[Record]) -> list[tuple[str, str]]:
    """(Chinese name, English name) of the concepts that may be trained on."""
    fit = (r for r in records if r.part == TRAIN and r.chinese and HAN.fullmatch(r.chinese[0]))
    return sorted({(record.chinese[0], record.name.lower()) for record in fit})


def lessons(cedict: Path, records: list[Record]) -> list[tuple[str, str]]:
    """All pairs, without the Chinese names of test and validation concepts."""
    taught, hidden = names(records), unseen(records)
    return [pair for pair in [*taught * 5, *dictionary(cedict)] if pair[0] not in hidden]


def unseen(records: list[Record]) -> set[str]:
    """The Chinese names of test and validation concepts.

    A dictionary may know a test concept's word: that is knowledge of language, not of pictures. The
    emoji's own name is still left out, to be strict.
    """
    return {record.chinese[0] for record in records if record.chinese and record.part != TRAIN}


def by_english(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    """The Chinese words of each English one, in the pairs' order."""
    words: dict[str, list[str]] = defaultdict(list)
    for word, english in pairs:
        if word not in words[english.lower()]:
            words[english.lower()].append(word)
    return dict(words)
