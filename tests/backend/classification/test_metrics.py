"""Beside scikit-learn and a plain count."""

import random

import pytest
from sklearn import metrics as sk

from backend.classification.metrics import calibration, report

LABELS = ["a", "b", "c", "d"]


def guesses(seed, count=300):
    draw = random.Random(seed)
    true = [draw.choice(LABELS) for _ in range(count)]
    said = [label if draw.random() < 0.6 else draw.choice(LABELS[:3]) for label in true]
    return true, said


@pytest.mark.parametrize("seed", range(5))
def test_the_metrics_are_scikit_learns(seed):
    true, said = guesses(seed)
    found = report(true, said)
    assert found.accuracy == pytest.approx(sk.accuracy_score(true, said), abs=1e-9)
    for name in ("precision", "recall", "f1"):
        wanted = getattr(sk, f"{name}_score")(true, said, average="macro", zero_division=0)
        assert getattr(found, name) == pytest.approx(wanted, abs=1e-9)
    assert found.confusion == tuple(map(tuple, sk.confusion_matrix(true, said).tolist()))
    assert found.count == len(true)


def test_a_label_that_is_never_right_counts_as_nought():
    found = report(["a", "a"], ["b", "a"])
    assert found.labels == ("a", "b")
    assert found.recall == pytest.approx((0.5 + 0) / 2)


@pytest.mark.parametrize("seed", range(3))
def test_the_calibration_error_is_what_a_plain_count_gives(seed):
    draw = random.Random(seed)
    sure = [draw.random() for _ in range(500)]
    right = [draw.random() < value**2 for value in sure]
    error = 0.0
    for low in range(10):
        rows = [n for n, value in enumerate(sure) if low / 10 < value <= (low + 1) / 10]
        if rows:
            accuracy = sum(right[n] for n in rows) / len(rows)
            confidence = sum(sure[n] for n in rows) / len(rows)
            error += len(rows) / len(sure) * abs(accuracy - confidence)
    found = calibration(sure, right)
    assert found.error == pytest.approx(error, abs=1e-9)
    assert sum(one.count for one in found.bins) == 500


def test_the_ends_of_the_scale_fall_into_the_outer_bins():
    found = calibration([0.0, 1.0], [False, True])
    assert [(one.low, one.high) for one in found.bins] == [(0.0, 0.1), (0.9, 1.0)]
    assert found.error == 0
