"""What is asked for: texts with weights, written as `dog + beach - people` or `2:red car`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from backend.errors import InputError
from backend.options import ChoiceOption, NumberOption
from backend.text import clean_text, shown

MOST_TERMS = 16
MOST_CHARACTERS = 40_000  # 5,000 words are cut to what the model reads, with a note
WEIGHT = NumberOption("weight", 1, 0.01, 10, 0.01)
TOP = NumberOption("top", 12, 1, 60, 1, whole=True)
TEMPERATURE = NumberOption("temperature", 0.03, 0.005, 0.3, 0.005)
PICTURE_WEIGHT = NumberOption("picture_weight", 1, -3, 3, 0.1)
SORT = ChoiceOption("sort", "best", ("best", "worst", "name"))

# A sign counts with a space before it, or at the start: "ice-cream" and "t-shirt" stay whole.
SIGN = re.compile(r"(?:^|(?<=\s))([+\-＋−－])")
WEIGHTED = re.compile(r"(\d+(?:\.\d+)?)\s*[:：]\s*(.*)", re.DOTALL)
NEGATIVE = "-−－"


@dataclass(frozen=True)
class Term:
    """A text and what it counts; below zero it counts against."""

    text: str
    weight: float


def parse_query(value: object) -> tuple[Term, ...]:
    """The terms in their order; () for an empty text.

    Raises InputError for what is no text, is too long, has a sign or weight with nothing behind
    it, or a weight outside 0.01 to 10.
    """
    text = clean_text(value, "query")[0]
    if len(text) > MOST_CHARACTERS:
        raise InputError("too_many_characters", count=len(text), limit=MOST_CHARACTERS)
    first, *rest = SIGN.split(text)
    pairs = [("+", first)] if first.strip() else []
    pairs += list(zip(rest[::2], rest[1::2], strict=True))
    if len(pairs) > MOST_TERMS:
        raise InputError("too_many_terms", count=len(pairs), limit=MOST_TERMS)
    return tuple(_term(sign, content) for sign, content in pairs)


def _term(sign: str, content: str) -> Term:
    text, weight = " ".join(content.split()), 1.0
    weighted = WEIGHTED.fullmatch(text)
    if weighted:
        weight, text = float(WEIGHT.check(weighted[1]) or 0), weighted[2].strip()
    if not text:
        raise InputError("empty_term", value=shown(sign + content.rstrip()))
    return Term(text, -weight if sign in NEGATIVE else weight)
