"""How good predictions are: scikit-learn's metrics, and how well confidence is calibrated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

BINS = 10


@dataclass(frozen=True)
class Report:
    """Accuracy, macro averages over the labels, and confusion[true][predicted] as counts."""

    labels: tuple[str, ...]
    accuracy: float
    precision: float
    recall: float
    f1: float
    confusion: tuple[tuple[int, ...], ...]
    count: int

    def as_json(self) -> dict[str, object]:
        return {
            "labels": list(self.labels),
            "accuracy": self.accuracy,
            "precision": self.precision,
            "recall": self.recall,
            "f1": self.f1,
            "confusion": [list(row) for row in self.confusion],
            "count": self.count,
        }


@dataclass(frozen=True)
class Bin:
    """Predictions of similar confidence: how many, mean confidence, share that is right."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


@dataclass(frozen=True)
class Calibration:
    """The reliability diagram's bins without empty ones, and the expected calibration error."""

    bins: tuple[Bin, ...]
    error: float


def report(true: Sequence[str], predicted: Sequence[str]) -> Report:
    """The metrics of predictions; the labels are all that occur, in alphabetical order."""
    from sklearn.metrics import accuracy_score, confusion_matrix, precision_recall_fscore_support

    labels = tuple(sorted({*true, *predicted}))
    precision, recall, f1, _ = precision_recall_fscore_support(
        true, predicted, labels=labels, average="macro", zero_division=0
    )
    counts = confusion_matrix(true, predicted, labels=labels)
    confusion = tuple(tuple(map(int, row)) for row in counts)
    accuracy = float(accuracy_score(true, predicted))
    return Report(
        labels, accuracy, float(precision), float(recall), float(f1), confusion, len(true)
    )


def calibration(confidence: Sequence[float], right: Sequence[bool]) -> Calibration:
    """ECE = sum over bins of (share of predictions) * |accuracy - mean confidence|.

    Ten bins of equal width, each closed above (Guo et al. 2017).
    """
    sure, hits = np.asarray(confidence, float), np.asarray(right, float)
    places = np.clip(np.ceil(sure * BINS).astype(int) - 1, 0, BINS - 1)
    bins = [
        _bin(place, sure[places == place], hits[places == place])
        for place in range(BINS)
        if (places == place).any()
    ]
    error = sum(one.count * abs(one.accuracy - one.confidence) for one in bins) / len(sure)
    return Calibration(tuple(bins), float(error))


def _bin(place: int, sure: np.ndarray, hits: np.ndarray) -> Bin:
    low, high = place / BINS, (place + 1) / BINS
    return Bin(low, high, len(sure), float(sure.mean()), float(hits.mean()))
