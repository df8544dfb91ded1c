"""Whether a text is in a language that a model has learnt; the sentence that says where it is not.

A registry row says in words what its model has learnt (`languages`). Here that is compared with the
letters of a text: Chinese, other scripts than the Latin one, or neither is all that is told apart.
"""

from __future__ import annotations

import unicodedata

from backend.messages import Message, message
from backend.models.registry import AND_MORE, VERSE, ModelSpec
from backend.text import HAN, NOT_LATIN


def is_chinese(text: str) -> bool:
    """Whether at least half of the text's letters are Chinese characters."""
    letters = [character for character in text if character.isalpha()]
    chinese = sum(unicodedata.name(letter, "").startswith("CJK") for letter in letters)
    return bool(letters) and 2 * chinese >= len(letters)


def language_for(spec: ModelSpec, wanted: str) -> str:
    """In which language, "en" or "zh", to ask this model: in that which is wanted, or in English
    where it has learnt no Chinese."""
    knows_chinese = "Chinese" in spec.languages and spec.languages != VERSE
    return wanted if wanted == "en" or knows_chinese else "en"


def note(spec: ModelSpec, text: str) -> tuple[Message, ...]:
    """That the model has not learnt the text's language; nothing where it has."""
    chinese, knows_chinese = is_chinese(text), "Chinese" in spec.languages
    if chinese and not knows_chinese:
        return (message("no_chinese", model=spec.name, languages=spec.languages),)
    if spec.languages == VERSE and not chinese and any(map(str.isalpha, text)):
        return (message("chinese_alone", model=spec.name),)
    if has_unknown_script(text, spec.languages):
        return (message("reads_only", languages=spec.languages),)
    return ()


def has_unknown_script(text: str, languages: str) -> bool:
    """Whether the text has letters that no language has of those that a model has learnt, in the
    registry's words."""
    if AND_MORE in languages:
        return False
    rest = HAN.sub("", text) if "Chinese" in languages else text
    return any(map(str.isalpha, NOT_LATIN.findall(rest)))
