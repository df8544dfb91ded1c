"""Whether a text is in a language that a model has learnt; the sentence that says where it is not.

A registry row says in words what its model has learnt (`languages`). Here that is compared with the
letters of a text: Chinese or not is all that is told apart.
"""

from __future__ import annotations

import unicodedata

from backend.messages import Message, message
from backend.models.registry import VERSE, ModelSpec


def is_chinese(text: str) -> bool:
    """Whether at least half of the text's letters are Chinese characters."""
    letters = [character for character in text if character.isalpha()]
    chinese = sum(unicodedata.name(letter, "").startswith("CJK") for letter in letters)
    return bool(letters) and 2 * chinese >= len(letters)


def note(spec: ModelSpec, text: str) -> tuple[Message, ...]:
    """That the model has not learnt the text's language; nothing where it has."""
    has_letters, chinese = any(map(str.isalpha, text)), is_chinese(text)
    if chinese and "Chinese" not in spec.languages:
        return (message("no_chinese", model=spec.name),)
    if has_letters and not chinese and spec.languages == VERSE:
        return (message("chinese_alone", model=spec.name),)
    return ()
