"""What to look for: texts with weights, written as `dog + beach - people` or `2:red car`.

Times, ratios, arrows and negative numbers are texts. Quotes or a backslash make a text of anything
else that would be a sign or a weight: `"2:red car"`, `dog \\- beach`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from backend.errors import InputError
from backend.options import NumberOption
from backend.text import clean_text, shown

MAX_TERMS = 16
MAX_CHARACTERS = 40_000  # the model reads the start of 5,000 words, and a note says so
WEIGHT = NumberOption("weight", 1, 0.01, 10, 0.01)

NEGATIVE = "-−－"
SIGNS = rf"\-+＋{NEGATIVE[1:]}"
NUMBER = r"(?!\d{3})\d+(?:\.\d+)?"  # "2001: A Space Odyssey" has a year, and no weight
# A number right after the colon makes it a time or a ratio: "3:10 to Yuma", "16:9", "10:30am". "3D"
# and "1950s" are no numbers.
COLON = r"\s*[:：](?!\d+(?:[ap]m\b|(?![a-zA-Z\d])))"
# A sign counts with a space before it, or at the start: "ice-cream" and "t-shirt" stay whole. An
# arrow ("->") and a signed number ("-5 degrees") are text, but "-5:water" has a weight.
IS_SIGN = rf"(?![{SIGNS}<>=/])(?:(?={NUMBER}{COLON})|(?!\.?\d))"
SIGN = re.compile(rf"(?:^|(?<=\s))([{SIGNS}]){IS_SIGN}")
WEIGHTED = re.compile(rf"({NUMBER}){COLON}\s*(.*)", re.DOTALL)

ESCAPED = re.compile(rf"\\([{SIGNS}:：\"“”])")
QUOTED = re.compile(rf"(?:^|(?<=[\s:：{SIGNS}]))(?:\"([^\"]+)\"|“([^”]+)”)(?=\s|$)")
# What is escaped is hidden from the syntax as characters that no text has (U+FDD0 and on).
HIDDEN = {ord(character): chr(0xFDD0 + n) for n, character in enumerate('+＋-−－:："“”')}
REVEALED = {ord(hidden): chr(character) for character, hidden in HIDDEN.items()}


@dataclass(frozen=True)
class Term:
    """A text and its weight; with one below zero, pictures unlike it are looked for."""

    text: str
    weight: float


def parse_query(value: object) -> tuple[Term, ...]:
    """The terms in their order; () for an empty text.

    Raises InputError for a value that is no text or too long, for a sign or weight with nothing
    behind it, and for a weight outside 0.01 to 10.
    """
    text = clean_text(value, "query")[0]
    if len(text) > MAX_CHARACTERS:
        raise InputError("too_many_characters", count=len(text), limit=MAX_CHARACTERS)
    first, *rest = SIGN.split(_with_escaped_hidden(text))
    pairs = [("+", first)] if first.strip() else []
    pairs += list(zip(rest[::2], rest[1::2], strict=True))
    if len(pairs) > MAX_TERMS:
        raise InputError("too_many_terms", count=len(pairs), limit=MAX_TERMS)
    return tuple(_term(sign, content) for sign, content in pairs)


def _with_escaped_hidden(text: str) -> str:
    text = ESCAPED.sub(lambda found: found[1].translate(HIDDEN), text)
    return QUOTED.sub(_with_quoted_hidden, text)


def _with_quoted_hidden(found: re.Match[str]) -> str:
    """Quotes around what would be syntax were put there to escape it, and go; others are text."""
    content = found[1] or found[2]
    is_escape = SIGN.search(content) or WEIGHTED.match(content.strip())
    return " " + content.translate(HIDDEN) if is_escape else found[0]


def _term(sign: str, content: str) -> Term:
    text, weight = " ".join(content.split()), 1.0
    weighted = WEIGHTED.fullmatch(text)
    if weighted:
        weight, text = _weight(weighted[1]), weighted[2].strip()
    if not text:
        raise InputError("empty_term", value=shown((sign + content.rstrip()).translate(REVEALED)))
    return Term(text.translate(REVEALED), -weight if sign in NEGATIVE else weight)


def _weight(number: str) -> float:
    try:
        return float(WEIGHT.check(number) or 0)
    except InputError:
        low, high = f"{WEIGHT.low:g}", f"{WEIGHT.high:g}"
        raise InputError("weight_range", value=number, low=low, high=high) from None
