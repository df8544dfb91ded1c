"""What a run of the tab gives: one small record for each question, and the card of what ran."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from backend.classification.bias import Probe
from backend.classification.router import Route
from backend.classification.scores import Scores
from backend.run import RunCard

if TYPE_CHECKING:
    from backend.classification.batch import Batch
    from backend.classification.explanation import Explanation
    from backend.classification.fusion import Fused
    from backend.classification.head import Head
    from backend.classification.masked import Filling
    from backend.classification.teach import Lesson
    from backend.classification.zero_shot import WordingGrid


@dataclass(frozen=True)
class Classified:
    """One text's scores; `route` says why this expert, if the router chose it."""

    text: str
    scores: Scores
    card: RunCard
    route: Route | None = None


@dataclass(frozen=True)
class Explained:
    """Why one text got one label."""

    text: str
    explanation: Explanation
    card: RunCard


@dataclass(frozen=True)
class Asked:
    """Zero-shot scores under the visitor's template, and under the others."""

    text: str
    grid: WordingGrid
    card: RunCard


@dataclass(frozen=True)
class Taught:
    """A taught head with its cross-validation."""

    lesson: Lesson
    card: RunCard


@dataclass(frozen=True)
class Probed:
    """A finished bias probe."""

    sentence: str
    probe: Probe
    card: RunCard


@dataclass(frozen=True)
class Filled:
    """The fillings of each [MASK]."""

    gaps: list[list[Filling]]
    card: RunCard


@dataclass(frozen=True)
class Follows:
    """Whether the second sentence follows the first."""

    probability: float
    card: RunCard


@dataclass(frozen=True)
class BatchDone:
    """Rows so far, each time with a card; a run that ended early has fewer than all."""

    batch: Batch
    card: RunCard


@dataclass(frozen=True)
class FusedResult:
    """A text with a picture."""

    fused: Fused
    card: RunCard


@dataclass(frozen=True)
class PairsTaught:
    """A head for early fusion."""

    head: Head
    card: RunCard
