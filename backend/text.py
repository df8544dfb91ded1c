"""Text from outside, made safe to tokenize and to send as JSON."""

from __future__ import annotations

import re

from backend.errors import InputError

MAX_CHARACTERS = 200_000
KEPT_CONTROLS = frozenset("\n\t")
LIST_SEPARATOR = re.compile(r"[,;\n，；、]")
HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
NARROW = {wide: wide - 0xFEE0 for wide in range(ord("！"), ord("～") + 1)} | {ord("\u3000"): " "}
# Greek to Thai, Chinese, Japanese, Korean: what a model that reads English alone does not know
NOT_LATIN = re.compile(r"[\u0370-\u1fff\u2e80-\ud7ff\uf900-\ufaff]")


def clean_text(value: object, name: str = "text") -> tuple[str, int]:
    """The text as tokenizers and browsers can carry it, and how many characters were changed.

    Lone surrogates (halves of a UTF-16 pair, which UTF-8 cannot write) become U+FFFD;
    control characters other than newline and tab go; CR LF becomes LF.
    Raises InputError for anything but a text of at most MAX_CHARACTERS.
    """
    if not isinstance(value, str):
        raise InputError("not_a_text", name=name, value=shown(value))
    if len(value) > MAX_CHARACTERS:
        raise InputError("too_many_characters", count=len(value), limit=MAX_CHARACTERS)
    unified = value.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(map(_clean_character, unified))
    changed = sum(_clean_character(character) != character for character in unified)
    return kept, changed


def split_list(value: object, name: str) -> list[str]:
    """The parts of a list in one text, without empty ones: commas, semicolons, line ends and
    their Chinese forms separate them. Not for sentences, which may hold a comma themselves.
    Raises InputError as `clean_text` does."""
    parts = LIST_SEPARATOR.split(clean_text(value, name)[0])
    return [part.strip() for part in parts if part.strip()]


def split_lines(value: object, name: str) -> list[str]:
    """The lines of a text without empty ones. A Unicode line separator is part of its line.
    Raises InputError as `clean_text` does."""
    lines = clean_text(value, name)[0].split("\n")
    return [line.strip() for line in lines if line.strip()]


def has_chinese(*texts: str) -> bool:
    """Whether a Chinese character stands in one of the texts."""
    return any(HAN.search(text) for text in texts)


def narrow(text: str) -> str:
    """Full-width digits, letters and signs, as Chinese input methods write them, in ASCII."""
    return text.translate(NARROW)


def shown(value: object, limit: int = 60) -> str:
    """A bad value as an error message quotes it: short, printable, on one line."""
    text = ascii(value) if not isinstance(value, str) else repr(clean_surrogates(value))
    return text if len(text) <= limit else text[: limit - 1] + "…"


def clean_surrogates(text: str) -> str:
    """Lone surrogates replaced by U+FFFD."""
    return "".join("\N{REPLACEMENT CHARACTER}" if _is_surrogate(c) else c for c in text)


def _is_surrogate(character: str) -> bool:
    return "\ud800" <= character <= "\udfff"


def _clean_character(character: str) -> str:
    if _is_surrogate(character):
        return "\N{REPLACEMENT CHARACTER}"
    is_control = character < " " or "\x7f" <= character <= "\x9f"
    return "" if is_control and character not in KEPT_CONTROLS else character
