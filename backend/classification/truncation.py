"""Truncation: a text longer than the model's input is read from its start, and the card says so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from backend.messages import Message, message


class Tokenizing(Protocol):
    """A model with a longest input; both counts are in tokens, special ones included."""

    @property
    def limit(self) -> int: ...

    def length(self, text: str) -> int:
        """Tokens of the whole text."""


def truncation_note(tokens: int, limit: int) -> tuple[Message, ...]:
    """A note if a text of so many tokens was truncated to `limit`."""
    return (message("kept_start", tokens=tokens, kept=limit),) if tokens > limit else ()


def count_truncated(model: Tokenizing, texts: Sequence[str]) -> int:
    """How many of the texts are longer than the model's input."""
    return sum(
        _may_be_truncated(text, model.limit) and model.length(text) > model.limit for text in texts
    )


def truncated_texts_note(count: int, limit: int) -> tuple[Message, ...]:
    """A note if `count` of many texts were truncated to `limit` tokens."""
    return (message("texts_cut", count=count, kept=limit),) if count else ()


def _may_be_truncated(text: str, limit: int) -> bool:
    """A text has at most one token per byte, and two special ones: short texts need no count."""
    return len(text.encode("utf-8", "replace")) + 2 > limit
