"""What a run on a language model tells while it lasts. Knows no model library."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backend.generation.answer import Written
    from backend.generation.tree import Branch
    from backend.messages import Message
    from backend.run import Progress, RunCard


# Of many draws: where the chance of each branch is told.
TEMPERATURES = tuple(tenth / 10 for tenth in range(1, 21))


@dataclass(frozen=True)
class Generated:
    """A text so far, its tokens under glass; card and key come with the last one, which says why it
    finished. The key opens what is kept of it."""

    text: str
    finished: str | None = None
    card: RunCard | None = None
    written: Sequence[Written] = ()
    key: str = ""

    @property
    def perplexity(self) -> float:
        """Of the model by its own answer; NaN for an empty one."""
        nats = [one.choice.nats for one in self.written]
        return math.exp(fmean(nats)) if nats else math.nan


@dataclass(frozen=True)
class Versus:
    """Two models' answers to one prompt, as far as they have come, in the order they were asked.

    `doing` is what the second is at before its first token. The last update is `over`, and says why
    there is one answer alone, if there is.
    """

    sides: tuple[Generated, ...]
    over: bool = False
    doing: Progress | None = None
    why_alone: Message | None = None


@dataclass(frozen=True)
class Read:
    """A text read so far: how likely each token was. Card and key come when all of it is read."""

    perplexity: float
    first: str  # the text of the first token, which nothing stands before
    written: Sequence[Written]  # all others
    card: RunCard | None = None
    key: str = ""


@dataclass(frozen=True)
class Told:
    """A whole text, and -ln of its probability by the model alone."""

    ids: tuple[int, ...]
    text: str
    nats: float


@dataclass(frozen=True)
class Fanned:
    """Many draws of one prompt so far, as a tree; beside them, when all is done, what greedy
    decoding and beam search make of it. The last one has a card and says how it ended: "draws" (all
    is done), "stopped" or "deadline"."""

    tree: Branch
    text_of: Callable[[Sequence[int]], str]  # of the tokens of a branch
    rows: int
    temperature: float
    greedy: Told | None = None
    beams: Sequence[Told] = ()  # best first
    finished: str | None = None
    card: RunCard | None = None
