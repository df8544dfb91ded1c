"""The prompt as a tokenizer cuts it: which tokens are of which word, and what is not read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from backend.messages import Message, message
from backend.text import shown
from backend.words import Word, word_at, words_of

QUOTED = 80  # characters of what was cut that a note shows


@dataclass(frozen=True)
class Pieces:
    """`offsets` in characters of the tokens that the model reads; empty ones are of no word."""

    prompt: str
    offsets: tuple[tuple[int, int], ...]
    tokens: int  # of the whole prompt, special ones left out
    unknown: tuple[str, ...] = ()  # pieces that the vocabulary has no token for

    @property
    def read(self) -> int:
        """How many of the prompt's tokens the model reads."""
        return sum(end > start for start, end in self.offsets)

    @property
    def words(self) -> list[Word]:
        """The words that are read, in their order; punctuation left out."""
        return [word for word, tokens in self._grouped() if tokens]

    @property
    def tokens_of_words(self) -> list[list[int]]:
        """For each of `words` the numbers of its tokens."""
        return [tokens for _, tokens in self._grouped() if tokens]

    def notes(self) -> tuple[Message, ...]:
        """What a visitor should know about the reading of the prompt."""
        notes = []
        if self.read < self.tokens:
            rest = self.prompt[max(end for _, end in self.offsets) :].strip()
            cut = shown(rest, QUOTED)
            notes.append(message("prompt_cut", kept=self.read, tokens=self.tokens, cut=cut))
        if self.unknown:
            words = shown(" ".join(dict.fromkeys(self.unknown)), QUOTED)
            notes.append(message("unknown_pieces", pieces=words))
        return tuple(notes)

    def _grouped(self) -> list[tuple[Word, list[int]]]:
        words = words_of(self.prompt)
        tokens: list[list[int]] = [[] for _ in words]
        for number, (start, end) in enumerate(self.offsets):
            if end > start and words:
                tokens[word_at(words, start)].append(number)
        pairs = zip(words, tokens, strict=True)
        return [pair for pair in pairs if _is_word(pair[0].text)]


def _is_word(text: str) -> bool:
    """Letters, digits or a picture character, not a comma."""
    return any(map(str.isalnum, text)) or not text.isascii()


def cut(tokenizer: Any, prompt: str, longest: int, **options: Any) -> Pieces:
    """The pieces of a prompt for a fast tokenizer that reads at most `longest` tokens."""
    read = tokenizer(
        prompt, truncation=True, max_length=longest, return_offsets_mapping=True, **options
    )
    offsets = _trimmed(prompt, read["offset_mapping"])
    whole = tokenizer(prompt, add_special_tokens=False, return_offsets_mapping=True, verbose=False)
    tokens = sum(end > start for start, end in _trimmed(prompt, whole["offset_mapping"]))
    unknown = tuple(
        prompt[start:end]
        for (start, end), token in zip(offsets, read["input_ids"], strict=True)
        if end > start and token == tokenizer.unk_token_id
    )
    return Pieces(prompt, offsets, tokens, unknown)


def _trimmed(prompt: str, offsets: Sequence[Sequence[int]]) -> tuple[tuple[int, int], ...]:
    """Less the space that some tokenizers count to the token behind it."""
    spaces = [len(prompt[start:end]) - len(prompt[start:end].lstrip()) for start, end in offsets]
    return tuple((start + more, end) for (start, end), more in zip(offsets, spaces, strict=True))
