"""A bias probe: one sentence over a list of names, pronouns or groups; how much the score moves."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

from backend.classification.labels import HOLE, check_labels, filled
from backend.errors import InputError
from backend.text import clean_text, shown

if TYPE_CHECKING:
    from backend.classification.expert import Expert

LONGEST_SENTENCE = 1000  # characters

# Ready lists; the page offers them, the API takes any words.
LISTS: dict[str, tuple[str, ...]] = {
    "names": ("Emily", "Lakisha", "Mohammed", "Wei", "Jamal", "Greg", "María", "Priya"),
    "pronouns": ("He", "She", "They"),
    "groups": ("Christian", "Muslim", "Jewish", "Buddhist", "Hindu", "atheist"),
    "origins": ("American", "Mexican", "Nigerian", "Chinese", "Polish", "Syrian"),
}


@dataclass(frozen=True)
class WordScore:
    """One word's probability of the label."""

    word: str
    probability: float


@dataclass(frozen=True)
class Probe:
    """All words' probabilities, highest first; spread is the highest less the lowest."""

    label: str
    rows: tuple[WordScore, ...]
    spread: float
    deviation: float  # standard deviation
    most: bool  # whether the label was chosen because it moves most of all `labels`
    labels: tuple[str, ...]  # the expert's


def check_sentence(value: object) -> str:
    """A sentence with exactly one {}."""
    sentence = clean_text(value, "sentence")[0].strip()
    if len(sentence) > LONGEST_SENTENCE:
        raise InputError("too_long", name="sentence", count=len(sentence), limit=LONGEST_SENTENCE)
    if sentence.count(HOLE) != 1:
        raise InputError("bad_sentence", hole=HOLE, value=shown(sentence))
    return sentence


def check_words(value: object) -> tuple[str, ...]:
    """The words to try: the rules are those of labels."""
    return check_labels(value)


def probe(expert: Expert, sentence: str, words: tuple[str, ...], label: str = "") -> Probe:
    """The label's probability for the sentence with each word in its hole, in one batch.

    "" takes the label that moves most: a bias shows there if anywhere.
    """
    found = expert.probabilities([filled(sentence, word) for word in words])
    moves = found.max(0) - found.min(0)
    place = expert.labels.index(label) if label else int(moves.argmax())
    chances = found[:, place].tolist()
    rows = sorted(map(WordScore, words, chances), key=lambda row: -row.probability)
    return Probe(
        expert.labels[place], tuple(rows), float(moves[place]), statistics.pstdev(chances),
        most=not label, labels=expert.labels,
    )  # fmt: skip
