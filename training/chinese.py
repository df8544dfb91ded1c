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
    taught = names(records)
    unseen = {record.chinese[0] for record in records if record.chinese and record.part != TRAIN}
    # A dictionary may know a test concept's word: that is knowledge of language, not of pictures.
    # The emoji's own name is still left out, to be strict.
    return [pair for pair in [*taught * 5, *dictionary(cedict)] if pair[0] not in unseen]


def by_english(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    """The Chinese words of each English one, in the pairs' order."""
    words: dict[str, list[str]] = defaultdict(list)
    for word, english in pairs:
        if word not in words[english.lower()]:
            words[english.lower()].append(word)
    return dict(words)
