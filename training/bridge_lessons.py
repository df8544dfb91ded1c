"""What the bridge is taught: English words, Chinese words that say the same, and words for what a
photograph may show.

About 20,000 texts, no more: the text encoder reads each of them, which takes minutes.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from open_clip.zero_shot_metadata import IMAGENET_CLASSNAMES

from training import chinese, classes, data
from training.captions import common_keywords, keywords_of, names_of
from training.classes import Thing
from training.concepts import TRAIN

PHRASES = ("a {}", "a picture of a {}", "a drawing of a {}", "A {}.")
PHOTOGRAPHS = ("a photo of a {}", "a {}", "A {}.")
PHRASED = 0.4  # share of the names that are also taught in a phrase
COLOURED = "{colour} {noun}"
# Besides the names and ImageNet's classes:
MAX_KEYWORDS, MAX_THINGS, MAX_PAIRS, MAX_COLOURED = 1000, 2000, 1200, 1500


@dataclass
class Taught:
    """`english` texts, whose vectors MiniLM knows; `chinese` ones with the English that says the
    same; `shown[class]` are texts in both languages about what looks like an ImageNet class."""

    english: dict[str, None] = field(default_factory=dict)  # in order, each once
    chinese: dict[str, str] = field(default_factory=dict)
    shown: dict[int, list[str]] = field(default_factory=dict)

    def teach(self, english: str, *same: str) -> None:
        """A text and Chinese ones that say the same."""
        self.english[english] = None
        for text in same:
            self.chinese[text] = english

    def show(self, classes_: Sequence[int], texts: Sequence[str]) -> None:
        """Texts about what looks like these classes."""
        for number in classes_:
            self.shown.setdefault(number, []).extend(texts)


def taught(work: Path) -> Taught:
    """Everything; nothing of test concepts in Chinese, of the gallery nothing at all."""
    records = data.load(work / "data")[1]
    fit = [r for r in records if r.part == TRAIN and r.style != data.HELD_OUT_STYLE]
    pairs = chinese.lessons(work / "sources" / "cedict", records)
    words, chance, made = chinese.by_english(pairs), random.Random(0), Taught()
    for record in fit:
        _name(made, record, words, chance)
    _things(made, classes.things(work / "sources" / "wordnet"), words, chance)
    _classes(made, classes.chinese_names(work / "sources"), chinese.unseen(records))
    _coloured(made, chance)
    common = common_keywords(records)
    keywords = sorted({word for record in fit for word in keywords_of(record, common)})
    for word in chance.sample(keywords, min(MAX_KEYWORDS, len(keywords))):
        made.teach(word, *words.get(word, [])[:1])
    others = [pair for pair in dict.fromkeys(pairs) if pair[1] not in made.english]
    for word, english in chance.sample(others, min(MAX_PAIRS, len(others))):
        made.teach(english, word)
    return made


def _name(
    made: Taught, record: data.Record, words: dict[str, list[str]], chance: random.Random
) -> None:
    """A drawing's names, its Chinese name, and now and then a phrase with them."""
    names = names_of(record)
    given = [text for text in record.chinese if chinese.HAN.search(text)]
    known = (given or words.get(record.name.lower(), []))[:1]
    made.teach(names[0], *known)
    for name in names[1:2]:
        made.teach(name)
    if chance.random() < PHRASED:
        made.teach(chance.choice(PHRASES).format(names[-1]))
    if known and chance.random() < PHRASED:
        made.teach(names[0], chance.choice(chinese.PHRASES).format(known[0]))


def _coloured(made: Taught, chance: random.Random) -> None:
    """The names so far that are single words, in colours: what the words for them add in each
    language."""
    first = reversed(made.chinese.items())  # of a noun's words; phrases come later
    nouns = {noun: word for word, noun in first if noun.isalpha()}
    for noun in chance.sample(sorted(nouns), min(MAX_COLOURED, len(nouns))):
        colour, said = chance.choice(chinese.COLOURS_SAID)
        phrase = chance.choice(chinese.COLOURED).format(colour=said, noun=nouns[noun])
        made.teach(COLOURED.format(colour=colour, noun=noun), phrase)


def _things(
    made: Taught, things: list[Thing], words: dict[str, list[str]], chance: random.Random
) -> None:
    """The synsets that ImageNet's classes are, and some others that look like a few of them."""
    own = [thing for thing in things if len(thing.classes) == 1]
    others = [thing for thing in things if len(thing.classes) > 1]
    for thing in [*own, *chance.sample(others, min(MAX_THINGS, len(others)))]:
        name = thing.english[0]
        known = words.get(name.lower(), [])[:1]
        made.teach(name, *known)
        made.show(thing.classes, [name, *known])
        if len(thing.classes) == 1:
            phrase = chance.choice(PHOTOGRAPHS).format(name)
            made.teach(phrase)
            made.show(thing.classes, [phrase])


def _classes(made: Taught, names: list[tuple[str, ...]], hidden: set[str]) -> None:
    """ImageNet's classes by their usual names; of the Chinese ones not those that are hidden."""
    for number, (name, in_chinese) in enumerate(zip(IMAGENET_CLASSNAMES, names, strict=True)):
        known = [text for text in in_chinese if text not in hidden]
        made.teach(name, *known)
        made.show([number], [name, *known])
