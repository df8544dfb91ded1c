"""A token by itself as text. Some are part of a character, and have no text of their own."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

BROKEN = "\N{REPLACEMENT CHARACTER}"


def token_text(tokenizer: Any, token_id: int) -> str:
    """What the token writes; a special token's name; "⟨E5 BD⟩" for bytes that are no character."""
    text: str = tokenizer.decode([token_id])
    if BROKEN not in text:
        return text
    token: str = tokenizer.convert_ids_to_tokens(token_id)
    values = [_byte_of().get(letter) for letter in token]
    if None in values:
        return token
    return f"⟨{' '.join(f'{value:02X}' for value in values)}⟩"


@lru_cache(maxsize=1)
def _byte_of() -> dict[str, int]:
    """The letter that stands for each byte in a byte-level vocabulary (Radford et al. 2019): itself
    where it can be seen, else the next free one from U+0100 on."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in plain]
    return {chr(byte): byte for byte in plain} | {
        chr(256 + index): byte for index, byte in enumerate(others)
    }
