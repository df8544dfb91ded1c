"""A taught head: logistic regression on frozen vectors, saved as JSON, never as pickle."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from backend.classification.labels import LONGEST_LABEL
from backend.classification.scores import Scores
from backend.errors import InputError
from backend.text import clean_text, shown

FORMAT = "show-and-tell-head"
VERSION = 1
TEXT, PAIR = "text", "text+picture"
INPUTS = {TEXT: 384, PAIR: 768}  # what a head reads, and how wide that is
MOST_CLASSES = 50
LARGEST_FILE = 5_000_000  # characters


@dataclass(frozen=True)
class Head:
    """weights [labels, width] and bias [labels]; `reads` and `encoder` say for which vectors."""

    labels: tuple[str, ...]
    weights: np.ndarray
    bias: np.ndarray
    encoder: str  # the name of the model that made them
    reads: str = TEXT

    def check(self, reads: str, encoder: str) -> None:
        """Raises InputError if these are not the vectors that it was taught on."""
        if self.reads != reads:
            raise InputError("head_wants_picture" if self.reads == PAIR else "head_wants_text")
        if self.encoder != encoder:
            raise InputError("head_other_encoder", taught=shown(self.encoder), model=encoder)

    def probabilities(self, vectors: np.ndarray) -> np.ndarray:
        """float64 [N, labels] of vectors [N, width]."""
        logits = vectors @ self.weights.T + self.bias
        logits -= logits.max(axis=1, keepdims=True)
        odds = np.exp(logits)
        return odds / odds.sum(axis=1, keepdims=True)

    def scores(self, vector: np.ndarray) -> Scores:
        """The labels' probabilities for one vector [width]."""
        return Scores(self.labels, tuple(map(float, self.probabilities(vector[None])[0])))

    def as_json(self) -> str:
        """A file that `read_head` reads back."""
        content = {
            "format": FORMAT,
            "version": VERSION,
            "encoder": self.encoder,
            "reads": self.reads,
            "labels": list(self.labels),
            "weights": self.weights.tolist(),
            "bias": self.bias.tolist(),
        }
        return json.dumps(content, ensure_ascii=False)


def fit(vectors: np.ndarray, labels: Sequence[str], encoder: str, reads: str = TEXT) -> Head:
    """Multinomial logistic regression; every label counts the same however many examples it has."""
    model = classifier().fit(vectors, labels)
    weights, bias = model.coef_, model.intercept_
    if len(model.classes_) == 2:  # scikit-learn keeps one row for two labels
        weights, bias = np.concatenate([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    return Head(tuple(map(str, model.classes_)), weights, bias, encoder, reads)


def classifier() -> Any:
    """The untrained classifier. Unit vectors are short, so little regularisation is needed."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=10.0, max_iter=1000, class_weight="balanced")


def read_head(text: str) -> Head:
    """A head from its file. Raises InputError that says what is wrong with it."""
    if len(text) > LARGEST_FILE:
        raise InputError("bad_head", reason="too large")
    try:
        content = json.loads(text)
        labels, reads = _labels(content["labels"]), content["reads"]
        encoder = clean_text(content["encoder"], "encoder")[0]
        weights = np.array(content["weights"], float)
        bias = np.array(content["bias"], float)
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise InputError("bad_head", reason=type(error).__name__) from None
    if content.get("format") != FORMAT or reads not in list(INPUTS):
        raise InputError("bad_head", reason="format")
    shapes = weights.shape == (len(labels), INPUTS[reads]) and bias.shape == (len(labels),)
    if not shapes or not math.isfinite(weights.sum() + bias.sum()):
        raise InputError("bad_head", reason="weights")
    return Head(labels, weights, bias, encoder, reads)


def _labels(value: Any) -> tuple[str, ...]:
    labels = tuple(clean_text(label, "label")[0] for label in value)
    wrong = len(set(labels)) != len(labels) or not 2 <= len(labels) <= MOST_CLASSES
    if wrong or any(not label or len(label) > LONGEST_LABEL for label in labels):
        raise ValueError("labels")
    return labels
