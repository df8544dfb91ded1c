"""Which expert reads a text: one that learnt from English has a twin for texts with Chinese."""

from __future__ import annotations

from collections.abc import Sequence

from backend.classification.request import MASK
from backend.languages import is_chinese
from backend.models.registry import ModelSpec
from backend.text import has_chinese


def reader_of(expert: str, experts: Sequence[ModelSpec], *texts: str) -> str:
    """The id of the expert, or of its twin where a text has Chinese."""
    row = next(row for row in experts if row.id == expert)
    return row.twin if row.twin and has_chinese(*texts) else row.id


def routed_reader(best: ModelSpec, experts: Sequence[ModelSpec], text: str) -> str:
    """The same for the router's choice, in whose place its stand-in's twin may answer."""
    expert = best.stand_in if best.stand_in and has_chinese(text) else best.id
    return reader_of(expert, experts, text)


def gap_filler(verse: ModelSpec, *texts: str) -> str:
    """The id of the row that has learnt `verse` for Chinese texts; "" for the app's choice."""
    return verse.id if is_chinese(" ".join(texts).replace(MASK, "")) else ""
