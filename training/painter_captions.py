"""What the painter's lessons say: names, colours and pairs of things, in English and in Chinese."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from training.captions import CHINESE_COLOURS, COLOURS, captions_of, names_of
from training.chinese import COLOURS_SAID, HAN
from training.data import Record

Captions = list[tuple[str, float]]  # with how often each is said
PHRASES = ("一个{}", "一只{}", "画的是{}", "{}的图画")
RARE = 0.1  # captions said less often are left out: each takes the text encoder's time
COLOURED = ("{colour}的{noun}", "{colour}{noun}", "一个{colour}的{noun}")
COLOURED_ENGLISH = ("a {colour} {noun}", "{colour} {noun}")
OWN_COLOUR = re.compile(f"^(粉红|[{''.join(CHINESE_COLOURS.values())}])色?的?(?=.)")
# Of two things: beside each other, and the first on the second.
BESIDE = (("a {} and a {}", "{} and {}", "a {} next to a {}"),
          ("一个{}和一个{}", "{}和{}", "一只{}和一个{}"))  # fmt: skip
ABOVE = (("a {} on a {}", "a {} above a {}", "a {} on top of a {}"),
         ("一个{}在一个{}上", "{}在{}上面", "{}放在{}上"))  # fmt: skip


def chinese_names(record: Record) -> list[str]:
    """The Chinese name, and then other words for it."""
    plain = ("".join(filter(str.isalnum, text)) for text in record.chinese)
    return list(dict.fromkeys(text for text in plain if HAN.search(text)))


def in_both_languages(record: Record, colour: str | None, common: set[str]) -> Captions:
    """Captions of one thing, each language as often as the other."""
    english = [each for each in captions_of(record, colour, common) if each[1] >= RARE]
    chinese = _in_chinese(record, colour)
    return _shares(english) + _shares(chinese) if chinese else _shares(english)


def _in_chinese(record: Record, colour: str | None) -> Captions:
    """The name most, then phrases with it, its colour, and other words."""
    names = chinese_names(record)
    if not names:
        return []
    said = [(names[0], 4.0)] + [(phrase.format(names[0]), 0.7) for phrase in PHRASES]
    for word in _colour_words(colour):
        said += [(form.format(colour=word, noun=names[0]), 0.3) for form in COLOURED]
    return said + [(name, 2.0 / len(names)) for name in names[1:]]


def _colour_words(colour: str | None) -> list[str]:
    return [word for name, word in COLOURS_SAID if name == colour]


def coloured(record: Record, colour: str) -> Captions:
    """Captions of a thing that was painted in another colour."""
    name, names = names_of(record)[-1], chinese_names(record)
    noun = _uncoloured(name)
    if noun != name:
        names = [OWN_COLOUR.sub("", word) for word in names]
    said = [(form.format(colour=colour, noun=noun), 1.0) for form in COLOURED_ENGLISH]
    if names:
        word = _colour_words(colour)[0]
        said += [(form.format(colour=word, noun=names[0]), 1.0) for form in COLOURED[:2]]
    return _shares(said)


def _uncoloured(name: str) -> str:
    """Without its own colour: "red heart" is "heart", but "orange" stays."""
    return " ".join(word for word in name.split() if word not in COLOURS) or name


def of_two(first: Record, second: Record, above: bool, chance: random.Random) -> Captions:
    """A caption of two things in each language; ABOVE, where the first is on the second."""
    english, chinese = ABOVE if above else BESIDE
    names = [names_of(record)[-1] for record in (first, second)]
    said = [(chance.choice(english).format(*names), 0.5)]
    known = [chinese_names(record)[:1] for record in (first, second)]
    if all(known):
        said.append((chance.choice(chinese).format(*(name for (name,) in known)), 0.5))
    return said


def _shares(said: Sequence[tuple[str, float]]) -> Captions:
    """The same, so that how often they are said sums to 1."""
    total = sum(weight for _, weight in said)
    return [(text, weight / total) for text, weight in said]
