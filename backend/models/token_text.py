"""One token as text: the only place where a token id becomes what a visitor sees."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

BYTE = re.compile("<0x([0-9A-F]{2})>")  # how SentencePiece writes a byte
BROKEN = "\N{REPLACEMENT CHARACTER}"  # what decoding puts in place of part of a character


def token_text(tokenizer: PreTrainedTokenizerBase, token_id: int) -> str:
    """The token's text, or the name of a special token. A token that holds only part of a
    character has no text of its own: it is shown by its bytes, as in "⟨E5 BD⟩". One that decodes
    to nothing, such as SentencePiece's space, is shown as the vocabulary writes it."""
    text = str(tokenizer.decode([token_id]))
    if text and BROKEN not in text:
        return text
    token = str(tokenizer.convert_ids_to_tokens(token_id))
    if byte := BYTE.fullmatch(token):
        return f"⟨{byte[1]}⟩"
    if not text or not set(token) <= _bytes_by_letter().keys():
        return token
    return f"⟨{' '.join(f'{_bytes_by_letter()[letter]:02X}' for letter in token)}⟩"


@lru_cache(maxsize=1)
def _bytes_by_letter() -> dict[str, int]:
    """The byte that each letter of a byte-level vocabulary stands for (Radford et al. 2019)."""
    from transformers.convert_slow_tokenizer import bytes_to_unicode

    return {letter: byte for byte, letter in bytes_to_unicode().items()}
