"""Classical Chinese poems in the strict forms, from the npm package chinese-poetry.

Reads the package's poems of the Tang and Song dynasties, turns them into simplified characters, and
keeps those of four or eight lines that all have five or all have seven characters (绝句 and 律诗).
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

LENGTHS = (5, 7)  # characters in a line
LINES = (4, 8)
HAN = "[\u3400-\u9fff\U00020000-\U0003ffff]"
LINE = re.compile(f"({HAN}+)[，。？！；：、]")
POEM = re.compile(f"(?:{LINE.pattern})+")
TITLE = re.compile(f"{HAN}{{1,6}}")
HELD_OUT = 2000  # poems each for validation and for the test
LEAST = 8  # times that a character must occur, or its poems are left out


@dataclass(frozen=True)
class Poem:
    """A poem's text with its punctuation, and its title where that is short."""

    text: str
    title: str

    @property
    def couplets(self) -> list[str]:
        """Its lines two by two, without punctuation."""
        lines = lines_of(self.text)
        return ["".join(lines[at : at + 2]) for at in range(0, len(lines), 2)]


def lines_of(text: str) -> list[str]:
    """The lines of a text whose every line ends with a mark; the marks are left out."""
    return LINE.findall(text)


def in_form(text: str) -> bool:
    """Whether the whole text is four or eight lines of five or seven characters each."""
    lines = lines_of(text) if POEM.fullmatch(text) else []
    lengths = {len(line) for line in lines}
    return len(lines) in LINES and len(lengths) == 1 and lengths <= set(LENGTHS)


def read(package: Path) -> Iterator[Poem]:
    """The package's poems in these forms, in simplified characters."""
    from opencc import OpenCC

    simplify = OpenCC("t2s").convert
    for file in sorted(package.glob("**/quantangshi/poet.*.json")):
        for row in json.loads(file.read_text()):
            text = "".join(row["paragraphs"])
            if in_form(text):
                title = row["title"].strip()
                title = title if TITLE.fullmatch(title) else ""
                yield Poem(simplify(text), simplify(title))


def distinct(poems: Iterable[Poem]) -> list[Poem]:
    """Each poem once: the first of those that begin with the same couplet."""
    first: dict[str, Poem] = {}
    for poem in poems:
        first.setdefault(poem.couplets[0], poem)
    return list(first.values())


def without_rare(poems: list[Poem]) -> list[Poem]:
    """Those whose every character occurs LEAST times; titles that do not are taken off."""
    counts = Counter(character for poem in poems for character in poem.text)
    known = {character for character, count in counts.items() if count >= LEAST}
    return [
        Poem(poem.text, poem.title if known.issuperset(poem.title) else "")
        for poem in poems
        if known.issuperset(poem.text)
    ]


def split(poems: list[Poem], seed: int = 0) -> dict[str, list[Poem]]:
    """ "train", "validation" and "test"; no couplet of the last two is in the first."""
    shuffled = list(poems)
    random.Random(seed).shuffle(shuffled)
    held = shuffled[: 2 * HELD_OUT]
    seen = {couplet for poem in held for couplet in poem.couplets}
    train = [poem for poem in shuffled[2 * HELD_OUT :] if seen.isdisjoint(poem.couplets)]
    return {"train": train, "validation": held[:HELD_OUT], "test": held[HELD_OUT:]}
