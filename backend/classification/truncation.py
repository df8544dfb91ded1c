"""How much of a text a model reads: where it reads only the start, the run card says so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from backend.messages import Message, message


class Reader(Protocol):
    """A model with a longest input, in tokens with the special ones."""

    @property
    def limit(self) -> int: ...

    def length(self, text: str) -> int:
        """Tokens of the whole text."""


def cut_note(tokens: int, limit: int) -> tuple[Message, ...]:
    """A note on a text of which only the start was read."""
    return (message("kept_start", tokens=tokens, kept=limit),) if tokens > limit else ()


def cut_texts(reader: Reader, texts: Sequence[str]) -> int:
    """How many of the texts are longer than what is read."""
    return sum(_may_be_cut(text, reader.limit) and reader.length(text) > reader.limit
               for text in texts)  # fmt: skip


def texts_note(count: int, limit: int) -> tuple[Message, ...]:
    """A note on texts, of many, of which only the start was read."""
    return (message("texts_cut", count=count, kept=limit),) if count else ()


def _may_be_cut(text: str, limit: int) -> bool:
    """No tokenizer makes more tokens than there are bytes, and two special ones: saves counting."""
    return len(text.encode("utf-8", "replace")) + 2 > limit
