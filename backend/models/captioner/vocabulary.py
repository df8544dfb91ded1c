"""The words that a captioner can say, and how a visitor's text is cut into them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

MARKS = ".,;:!?\"'()。，；：！？“”‘’（）、"
SPECIAL = 3  # the first words stand for a start, an end, and what is not known


@dataclass(frozen=True)
class Vocabulary:
    """Words by number. Chinese ones are not spaced: there a text is cut into the longest words."""

    words: list[str]
    is_spaced: bool = True

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Of all words that can be said."""
        return {word: number for number, word in enumerate(self.words) if number >= SPECIAL}

    def cut(self, text: str) -> list[str]:
        """The text's words, known or not, without marks."""
        parts = [part.strip(MARKS).lower() for part in text.split()]
        if self.is_spaced:
            return [part for part in parts if part]
        plain = "".join(character for part in parts for character in part if character not in MARKS)
        return longest_words(plain, self.numbers)

    def read(self, text: str) -> list[int]:
        """The numbers of a text's words. KeyError for one that is not known."""
        return [self.numbers[word] for word in self.cut(text)]

    def text(self, numbers: Sequence[int]) -> str:
        """Words as people read them."""
        return (" " if self.is_spaced else "").join(self.words[number] for number in numbers)


def longest_words(text: str, known: dict[str, int]) -> list[str]:
    """The text cut from its start into the longest known words; a character that begins none stands
    alone."""
    longest, words = max(map(len, known), default=1), []
    while text:
        sizes = range(min(longest, len(text)), 0, -1)
        size = next((one for one in sizes if text[:one] in known), 1)
        words.append(text[:size])
        text = text[size:]
    return words
