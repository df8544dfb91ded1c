"""open_clip's own tokenizer: control tokens that a visitor types are text to it, too."""

from __future__ import annotations

from collections.abc import Sequence

import regex
from open_clip.tokenizer import SimpleTokenizer

NAMES = ("<start_of_text>", "<end_of_text>")
# As in open_clip, without the control tokens that its pattern begins with.
PARTS = regex.compile(
    r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+", regex.IGNORECASE
)


def read_as_text(tokenizer: SimpleTokenizer) -> SimpleTokenizer:
    """The same tokenizer, from now on reading control tokens in its input as text."""
    tokenizer.pat = PARTS
    return tokenizer


def typed(*texts: str | Sequence[str]) -> tuple[str, ...]:
    """Which control tokens stand in the texts, or lists of texts; it reads lower case."""
    each = [one for text in texts for one in ([text] if isinstance(text, str) else text)]
    whole = "\n".join(each).lower()
    return tuple(name for name in NAMES if name in whole)
