"""The prompt's tokens: which belong to which word, which are unknown, and what is cut off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from backend.messages import Message, message
from backend.text import shown
from backend.words import Word, notes_on_words, word_at, words_of

QUOTED_CHARACTERS = 80  # of what was cut off, in a note


@dataclass(frozen=True)
class PromptTokens:
    """A prompt as a model reads it."""

    prompt: str
    offsets: tuple[tuple[int, int], ...]  # characters of each token that is read; special: (n, n)
    count: int  # tokens of the whole prompt, without special ones
    unknown: tuple[str, ...] = ()  # parts that the vocabulary has no token for

    @property
    def read(self) -> int:
        """How many of the prompt's tokens the model reads."""
        return sum(end > start for start, end in self.offsets)

    @property
    def words(self) -> list[Word]:
        """The words that are read, in their order, without punctuation."""
        return [word for word, tokens in self._grouped() if tokens]

    @property
    def tokens_of_words(self) -> list[list[int]]:
        """For each of `words` the positions of its tokens."""
        return [tokens for _, tokens in self._grouped() if tokens]

    def notes(self) -> tuple[Message, ...]:
        """What the visitor should know: parts of the prompt that are cut off or unknown, and what
        counts as a word."""
        notes = list(notes_on_words(self.prompt))
        if notes and len(self._words()) < len(words_of(self.prompt)):
            notes = [message("pieces_as_words")]
        if self.read < self.count:
            rest = self.prompt[max(end for _, end in self.offsets) :].strip()
            cut = shown(rest, QUOTED_CHARACTERS)
            notes.append(message("prompt_cut", kept=self.read, tokens=self.count, cut=cut))
        if self.unknown:
            parts = shown(" ".join(dict.fromkeys(self.unknown)), QUOTED_CHARACTERS)
            notes.append(message("not_in_vocabulary", parts=parts))
        return tuple(notes)

    def _words(self) -> list[Word]:
        return _joined(self.prompt, words_of(self.prompt), self.offsets)

    def _grouped(self) -> list[tuple[Word, list[int]]]:
        words = self._words()
        tokens: list[list[int]] = [[] for _ in words]
        for position, (start, end) in enumerate(self.offsets):
            if end > start and words:
                tokens[word_at(words, start)].append(position)
        pairs = zip(words, tokens, strict=True)
        return [pair for pair in pairs if _is_word(pair[0].text)]


def _joined(prompt: str, words: Sequence[Word], offsets: Sequence[tuple[int, int]]) -> list[Word]:
    """The words, those that one token covers as one: in Chinese every character is a word, but
    where the model reads several of them as one piece, they act together."""
    joined: list[Word] = []
    for word in words:
        last = joined[-1] if joined else None
        if last and any(start < last.end and end > word.start for start, end in offsets):
            joined[-1] = Word(prompt[last.start : word.end], last.start, word.end)
        else:
            joined.append(word)
    return joined


def tokenize_prompt(
    tokenizer: Any, prompt: str, max_tokens: int, prefix: str = "", **options: Any
) -> PromptTokens:
    """The tokens of a prompt, by a fast tokenizer, for a model that reads at most `max_tokens`, and
    before each prompt a `prefix`, which belongs to no word."""
    text = prefix + prompt
    read = tokenizer(
        text, truncation=True, max_length=max_tokens, return_offsets_mapping=True, **options
    )
    whole = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True, verbose=False)
    offsets, all_offsets = (
        _after(prefix, prompt, tokens["offset_mapping"]) for tokens in (read, whole)
    )
    count = sum(end > start for start, end in all_offsets)
    unknown = tuple(
        prompt[start:end]
        for (start, end), token in zip(offsets, read["input_ids"], strict=True)
        if end > start and token == tokenizer.unk_token_id
    )
    return PromptTokens(prompt, offsets, count, unknown)


def _after(
    prefix: str, prompt: str, offsets: Sequence[Sequence[int]]
) -> tuple[tuple[int, int], ...]:
    """Offsets in prefix and prompt as offsets in the prompt; (0, 0) for what is in the prefix."""
    skip = len(prefix)
    return without_spaces(prompt, [(max(0, a - skip), max(0, b - skip)) for a, b in offsets])


def _is_word(text: str) -> bool:
    """Letters, digits or an emoji, not a comma."""
    return any(map(str.isalnum, text)) or not text.isascii()


def without_spaces(prompt: str, offsets: Sequence[Sequence[int]]) -> tuple[tuple[int, int], ...]:
    """Offsets without the leading space that some tokenizers count as part of a token."""
    spaces = [len(prompt[start:end]) - len(prompt[start:end].lstrip()) for start, end in offsets]
    return tuple((start + more, end) for (start, end), more in zip(offsets, spaces, strict=True))
