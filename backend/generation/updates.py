"""What a run on a language model tells while it lasts. Knows no model library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backend.generation.answer import Written
    from backend.run_card import RunCard


@dataclass(frozen=True)
class Generated:
    """A text so far, its tokens under glass; card and key come with the last one, which says why it
    finished. The key opens what is kept of it."""

    text: str
    finished: str | None = None
    card: RunCard | None = None
    written: Sequence[Written] = ()
    key: str = ""


@dataclass(frozen=True)
class Read:
    """A text read so far: how likely each token was. Card and key come when all of it is read."""

    perplexity: float
    first: str  # the text of the first token, which nothing stands before
    written: Sequence[Written]  # all others
    card: RunCard | None = None
    key: str = ""
