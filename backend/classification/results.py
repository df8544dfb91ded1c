"""What the runs of the tab give. Most have a run card: what ran, where, and how fast.

`Head`, `Scores` and the metrics stand in modules of their own and can be had from here, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from backend.classification.head import Head
from backend.classification.metrics import Calibration, Report
from backend.classification.request import Example
from backend.classification.scores import Scores
from backend.csv_tables import Table
from backend.messages import Message
from backend.models.registry import ModelSpec
from backend.run import RunCard
from backend.words import Word


@dataclass(frozen=True)
class Route:
    """The expert that the router chose, and how well each suits the text: shares that sum to 1,
    best first."""

    expert: ModelSpec
    shares: Mapping[ModelSpec, float]

    @property
    def best(self) -> ModelSpec:
        """The one that suits best, whether its weights are here or not."""
        return next(iter(self.shares))


@dataclass(frozen=True)
class Classified:
    """One text's scores; `route` says why this expert, if the router chose it."""

    text: str
    scores: Scores
    card: RunCard
    route: Route | None = None


@dataclass(frozen=True)
class Explanation:
    """Why a text got a label: two scores for each word, and how far they can be trusted.

    Scores are in nats of log-odds; positive speaks for the label.
    """

    label: str
    probability: float
    words: tuple[Word, ...]
    integrated_gradients: tuple[float, ...]
    leave_one_out: tuple[float, ...]  # log-odds lost without the word
    log_odds_difference: float  # of the text and the empty text
    completeness_gap: float  # |sum of gradients - difference| / |difference|
    rank_correlation: float | None  # Spearman's, of the two; None for fewer than 3 words
    words_removed: int  # by the faithfulness test
    probability_lost: Mapping[str, float]  # without them: "gradients", "dropped", "random"


@dataclass(frozen=True)
class Explained:
    """Why one text got one label."""

    text: str
    explanation: Explanation
    card: RunCard


@dataclass(frozen=True)
class WordingGrid:
    """The labels' scores under several templates, the visitor's own first."""

    templates: tuple[str, ...]
    rows: tuple[Scores, ...]
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True)
class ZeroShotResult:
    """Scores of a visitor's own labels."""

    text: str
    grid: WordingGrid
    card: RunCard


@dataclass(frozen=True)
class Hard:
    """An example that the others argue against: the prediction for it when it was left out."""

    example: Example
    predicted: str
    probability: float  # of its own label


@dataclass(frozen=True)
class CurvePoint:
    """Accuracy on left-out examples after training on so many others; means over the folds."""

    examples: int
    accuracy: float


@dataclass(frozen=True)
class Lesson:
    """A trained head, and how well it does on examples it has not seen (cross-validation)."""

    head: Head
    folds: int
    report: Report
    hardest: tuple[Hard, ...]
    curve: tuple[CurvePoint, ...]


@dataclass(frozen=True)
class Taught:
    """A trained head with its cross-validation."""

    lesson: Lesson
    card: RunCard


@dataclass(frozen=True)
class WordScore:
    """One word's probability of the probed label."""

    word: str
    probability: float


@dataclass(frozen=True)
class Probe:
    """All words' probabilities, highest first; spread is the highest minus the lowest."""

    label: str
    rows: tuple[WordScore, ...]
    spread: float
    deviation: float  # standard deviation
    most: bool  # the label was chosen because it varies most of all `labels`
    labels: tuple[str, ...]  # the expert's


@dataclass(frozen=True)
class Probed:
    """A finished bias probe."""

    sentence: str
    probe: Probe
    card: RunCard


@dataclass(frozen=True)
class Batch:
    """The rows classified so far, the first `done` of `total`."""

    done: int
    total: int
    labels: tuple[str, ...]
    probabilities: np.ndarray  # [done, labels]

    @property
    def predicted(self) -> list[str]:
        """The likeliest label of each row."""
        return [self.labels[column] for column in self.probabilities.argmax(1)]

    @property
    def confidence(self) -> list[float]:
        """The probability of each row's likeliest label."""
        return [float(value) for value in self.probabilities.max(1)]


@dataclass(frozen=True)
class BatchDone:
    """The rows so far; a run that ends early has fewer than all."""

    batch: Batch
    card: RunCard


@dataclass(frozen=True)
class Judged:
    """Predictions compared with the right labels. Rows without one are left out."""

    report: Report
    calibration: Calibration

    @property
    def true_labels(self) -> set[str]:
        """The labels that occur as right ones."""
        rows = zip(self.report.labels, self.report.confusion, strict=True)
        return {label for label, counts in rows if sum(counts)}


@dataclass(frozen=True)
class TableClassified:
    """The end of a table's run: the rows that are done, as a file, and how good they are."""

    table: Table
    batch: Batch
    csv: bytes
    judged: Judged | None  # None without right labels
    card: RunCard


@dataclass(frozen=True)
class Filling:
    """A word for the gap, and its probability."""

    word: str
    probability: float


@dataclass(frozen=True)
class Filled:
    """The likeliest words for each [MASK]."""

    gaps: list[list[Filling]]
    card: RunCard


@dataclass(frozen=True)
class NextSentence:
    """The probability that the second sentence follows the first."""

    probability: float
    card: RunCard


@dataclass(frozen=True)
class Pair:
    """A text and a picture as unit vectors [384] of an encoder, and the label of the two."""

    text: np.ndarray
    picture: np.ndarray
    label: str
    encoder: str  # its name

    @property
    def joined(self) -> np.ndarray:
        """[768]: the input of early fusion."""
        return np.concatenate([self.text, self.picture])


@dataclass(frozen=True)
class Fused:
    """The four answers; `early` is None until a head is trained."""

    text: Scores
    picture: Scores
    late: Scores
    early: Scores | None
    pair: Pair  # to be remembered as an example


@dataclass(frozen=True)
class FusedResult:
    """A text with a picture."""

    fused: Fused
    card: RunCard


@dataclass(frozen=True)
class PairsTaught:
    """A head for early fusion, and the pairs that it learnt from."""

    head: Head
    card: RunCard
    pairs: tuple[Pair, ...] = ()
