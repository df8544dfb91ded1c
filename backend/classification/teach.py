"""Train a head on a few labelled examples, and measure it by cross-validation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from backend.classification import metrics
from backend.classification.head import classifier, fit
from backend.classification.request import Example
from backend.classification.results import CurvePoint, Hard, Lesson
from backend.parts import Parts

if TYPE_CHECKING:
    from sklearn.model_selection import StratifiedKFold

MAX_FOLDS = 5
MAX_HARDEST = 5  # examples shown
CURVE = (0.2, 0.4, 0.6, 0.8, 1.0)  # shares of the training examples


def teach(
    vectors: np.ndarray,
    examples: Sequence[Example],
    encoder: str,
    check: Callable[[], None] = lambda: None,
) -> Parts[Lesson]:
    """Train on the examples' vectors [N, 384], made by the named encoder, and cross-validate.

    One training at a time; `check` may raise between two.
    """
    labels = np.array([example.label for example in examples])
    folds = min(MAX_FOLDS, *Counter(labels.tolist()).values())
    head = fit(vectors, labels.tolist(), encoder)
    probabilities = yield from _cross_validated(vectors, labels, folds, check)
    predicted = [head.labels[column] for column in probabilities.argmax(1)]
    curve = yield from _curve(vectors, labels, folds, check)
    return Lesson(
        head,
        folds,
        metrics.report(labels.tolist(), predicted),
        _hardest(examples, probabilities, predicted, head.labels),
        curve,
    )


def _cross_validated(
    vectors: np.ndarray, labels: np.ndarray, folds: int, check: Callable[[], None]
) -> Parts[np.ndarray]:
    """Each example's probabilities [N, labels] from a head trained without it."""
    found = np.zeros((len(labels), len(np.unique(labels))))
    for train, test in _splits(folds).split(vectors, labels):
        check()
        yield
        found[test] = classifier().fit(vectors[train], labels[train]).predict_proba(vectors[test])
    return found


def _hardest(
    examples: Sequence[Example],
    probabilities: np.ndarray,
    predicted: list[str],
    labels: tuple[str, ...],
) -> tuple[Hard, ...]:
    """The examples whose own label got the lowest probability."""
    own = [probabilities[row, labels.index(example.label)] for row, example in enumerate(examples)]
    order = np.argsort(own, kind="stable")[:MAX_HARDEST]
    return tuple(Hard(examples[row], predicted[row], float(own[row])) for row in order)


def _curve(
    vectors: np.ndarray, labels: np.ndarray, folds: int, check: Callable[[], None]
) -> Parts[tuple[CurvePoint, ...]]:
    """One point for each share of CURVE, over all folds. Shares that come to the same number of
    examples make one point, that of the largest."""
    points = {}
    for share in CURVE:
        counts, accuracies = [], []
        for train, test in _splits(folds).split(vectors, labels):
            check()
            yield
            rows = _subset(train, labels, share)
            trained = classifier().fit(vectors[rows], labels[rows])
            counts.append(len(rows))
            accuracies.append(trained.score(vectors[test], labels[test]))
        count = round(float(np.mean(counts)))
        points[count] = CurvePoint(count, float(np.mean(accuracies)))
    return tuple(points.values())


def _subset(rows: np.ndarray, labels: np.ndarray, share: float) -> np.ndarray:
    """A random share of each label's rows, at least one."""
    draw = np.random.default_rng(0)
    kept = []
    for label in np.unique(labels[rows]):
        own = draw.permutation(rows[labels[rows] == label])
        kept.append(own[: max(1, round(share * len(own)))])
    return np.concatenate(kept)


def _splits(folds: int) -> StratifiedKFold:
    from sklearn.model_selection import StratifiedKFold

    return StratifiedKFold(folds, shuffle=True, random_state=0)
