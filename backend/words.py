"""The words of a text with their places, and token scores summed per word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

CHINESE = r"[\u3400-\u9fff\uf900-\ufaff]"
LETTER = rf"(?!{CHINESE})[^\W_]"
# Each Chinese character is a word; elsewhere a word keeps its apostrophes and hyphens.
WORD = re.compile(rf"{CHINESE}|(?:{LETTER})+(?:['’\-](?:{LETTER})+)*|[^\w\s]+|_+")


@dataclass(frozen=True)
class Word:
    """A word or a run of punctuation, and its place in the text: text[start:end]."""

    text: str
    start: int
    end: int


def words_of(text: str) -> list[Word]:
    """Words and runs of punctuation, in order."""
    return [Word(match.group(), match.start(), match.end()) for match in WORD.finditer(text)]


def without(text: str, words: Sequence[Word], dropped: Sequence[int]) -> str:
    """The text without the words at these indices, with single spaces."""
    kept, place = [], 0
    for number in sorted(dropped):
        kept.append(text[place : words[number].start])
        place = words[number].end
    return re.sub(r"\s+", " ", "".join([*kept, text[place:]])).strip()


def merged(
    words: Sequence[Word], offsets: Sequence[tuple[int, int]], scores: Sequence[float]
) -> list[float]:
    """The sum of the token scores for each word; a token belongs to the word in which it begins.

    `offsets` are each token's (start, end) in characters; (0, 0) is a special token, of no word.
    """
    totals = [0.0] * len(words)
    for (start, end), score in zip(offsets, scores, strict=True):
        if end > start:
            totals[word_at(words, start)] += score
    return totals


def word_at(words: Sequence[Word], place: int) -> int:
    """The index of the word that holds the character, or of the last one before it."""
    before = [number for number, word in enumerate(words) if word.start <= place]
    return before[-1] if before else 0
