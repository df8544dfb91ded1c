"""Macro F1 of several yes-or-no labels, each with its own threshold."""

import numpy as np
from sklearn.metrics import f1_score

STEPS = np.arange(0.05, 0.95, 0.01).round(2)


def best_thresholds(found: np.ndarray, true: np.ndarray, labels: list[str]) -> dict[str, float]:
    """Each label's threshold of the highest F1; probabilities and truth [N, labels]."""
    best = {}
    for column, label in enumerate(labels):
        scores = [_f1(true[:, column], found[:, column] >= step) for step in STEPS]
        best[label] = round(float(STEPS[int(np.argmax(scores))]), 2)
    return best


def macro_f1(found: np.ndarray, true: np.ndarray, thresholds: dict[str, float]) -> float:
    """The mean F1 of the labels, as the GoEmotions paper counts."""
    said = found >= np.array(list(thresholds.values()))
    return float(f1_score(true, said, average="macro", zero_division=0))


def _f1(true: np.ndarray, said: np.ndarray) -> float:
    right = (true & said).sum()
    return float(2 * right / max(1, true.sum() + said.sum()))
