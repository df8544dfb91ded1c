"""What to look for: texts with weights, written as `dog + beach - people` or `2:red car`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from backend.errors import InputError
from backend.options import NumberOption
from backend.text import clean_text, shown

MAX_TERMS = 16
MAX_CHARACTERS = 40_000  # the model reads the start of 5,000 words, and a note says so
WEIGHT = NumberOption("weight", 1, 0.01, 10, 0.01)

# A sign counts with a space before it, or at the start: "ice-cream" and "t-shirt" stay whole.
SIGN = re.compile(r"(?:^|(?<=\s))([+\-＋−－])")
WEIGHTED = re.compile(r"(\d+(?:\.\d+)?)\s*[:：]\s*(.*)", re.DOTALL)
NEGATIVE = "-−－"


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
    first, *rest = SIGN.split(text)
    pairs = [("+", first)] if first.strip() else []
    pairs += list(zip(rest[::2], rest[1::2], strict=True))
    if len(pairs) > MAX_TERMS:
        raise InputError("too_many_terms", count=len(pairs), limit=MAX_TERMS)
    return tuple(_term(sign, content) for sign, content in pairs)


def _term(sign: str, content: str) -> Term:
    text, weight = " ".join(content.split()), 1.0
    weighted = WEIGHTED.fullmatch(text)
    if weighted:
        weight, text = float(WEIGHT.check(weighted[1]) or 0), weighted[2].strip()
    if not text:
        raise InputError("empty_term", value=shown(sign + content.rstrip()))
    return Term(text, -weight if sign in NEGATIVE else weight)
