"""The words of a text with their places, and token scores summed per word.

Words are made of whole graphemes (Unicode's extended grapheme clusters, \\X): a letter with its
accents and vowel signs, a keycap, an emoji with its skin tone, a family of joined emoji.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import regex

from backend.messages import Message, message

# Scripts written without spaces: each character is a word. Katakana is not among them, whose runs
# are words as they stand.
UNSPACED = r"[\u3400-\u9fff\uf900-\ufaff\p{Han}\p{Hiragana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"
EMOJI = r"(?:[0-9#*]\uFE0F?\u20E3|\p{Regional_Indicator}|\p{Extended_Pictographic})"
LETTER = rf"(?!{UNSPACED}|{EMOJI})(?=[\p{{L}}\p{{N}}])\X"
PUNCTUATION = rf"(?!{EMOJI})(?=[^\p{{L}}\p{{N}}\s_])\X"
# Each emoji is a word. Elsewhere a word keeps its apostrophes and hyphens.
WORD = regex.compile(
    rf"(?={UNSPACED}|{EMOJI})\X|(?:{LETTER})+(?:['’\-](?:{LETTER})+)*|(?:{PUNCTUATION})+|(?:(?=_)\X)+"
)
BEGINS_CHARACTER = rf"(?={UNSPACED})[^\p{{GCB=Extend}}\p{{GCB=SpacingMark}}]"


@dataclass(frozen=True)
class Word:
    """A word or a run of punctuation, and its place in the text: text[start:end]."""

    text: str
    start: int
    end: int


def words_of(text: str) -> list[Word]:
    """Words and runs of punctuation, in order."""
    return [Word(match.group(), match.start(), match.end()) for match in WORD.finditer(text)]


def is_unspaced(text: str) -> bool:
    """Whether the text begins with a character that is a word of its own in its script."""
    return regex.match(BEGINS_CHARACTER, text) is not None


def notes_on_words(*texts: str) -> tuple[Message, ...]:
    """What a word is, where a text is in a script without spaces."""
    is_needed = any(regex.search(UNSPACED, text) for text in texts)
    return (message("characters_as_words"),) if is_needed else ()


def occurrences(text: str, phrase: str) -> list[Word]:
    """The places in a text where a phrase stands as one or several whole words, regardless of case
    and of how accents are encoded; they do not overlap."""
    words, wanted = words_of(text), [_folded(word.text) for word in words_of(phrase)]
    found: list[Word] = []
    for number in range(len(words) - len(wanted) + 1 if wanted else 0):
        part = words[number : number + len(wanted)]
        is_free = not found or found[-1].end <= part[0].start
        if is_free and [_folded(word.text) for word in part] == wanted:
            start, end = part[0].start, part[-1].end
            found.append(Word(text[start:end], start, end))
    return found


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).lower()


def without(text: str, words: Sequence[Word], dropped: Sequence[int]) -> str:
    """The text without the words at these indices, with single spaces."""
    kept, place = [], 0
    for number in sorted(dropped):
        kept.append(text[place : words[number].start])
        place = words[number].end
    return " ".join("".join([*kept, text[place:]]).split())


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
