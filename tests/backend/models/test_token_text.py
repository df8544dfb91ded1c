"""A token by itself as text: what it writes, its bytes, or its name."""

from __future__ import annotations

import pytest

from backend.models.token_text import BROKEN, token_text


class Tokenizer:
    """One token: what it decodes to, and how the vocabulary writes it."""

    def __init__(self, text: str, name: str) -> None:
        self.text, self.name = text, name

    def decode(self, ids: list[int]) -> str:
        return self.text

    def convert_ids_to_tokens(self, token_id: int) -> str:
        return self.name


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        (" fox", "\u0120fox", " fox"),
        ("</s>", "</s>", "</s>"),
        (BROKEN, "å½", "⟨E5 BD⟩"),  # two bytes of three
        (BROKEN, "<0xE5>", "⟨E5⟩"),  # a byte, as SentencePiece writes it
        ("", "▁", "▁"),  # SentencePiece's space, which decodes to nothing
        ("", "a", "a"),
    ],
)
def test_no_token_is_shown_as_nothing_or_as_a_broken_character(
    text: str, name: str, said: str
) -> None:
    assert token_text(Tokenizer(text, name), 0) == said  # type: ignore[arg-type]
