"""A head: logistic regression on frozen vectors, saved as JSON, never as pickle."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from backend.classification.request import MAX_LABEL_CHARACTERS, MAX_LABELS
from backend.classification.scores import Scores
from backend.errors import InputError
from backend.json_text import read_json_text, without_mark
from backend.text import clean_text, shown

if TYPE_CHECKING:
    from sklearn.linear_model import LogisticRegression

FORMAT = "show-and-tell-head"
VERSION = 1
TEXT, PAIR = "text", "text+picture"
WIDTHS = {TEXT: 384, PAIR: 768}  # of a head's input vectors
STRENGTH = 10.0  # unit vectors are short, so little regularisation is needed
MAX_FILE_CHARACTERS = 5_000_000


@dataclass(frozen=True)
class Head:
    """A linear layer: vectors of one kind, made by one encoder, to the labels' probabilities."""

    labels: tuple[str, ...]
    weights: np.ndarray  # [labels, width]
    bias: np.ndarray  # [labels]
    encoder: str  # the name of the model that makes the vectors
    reads: str = TEXT

    def check(self, reads: str, encoder: str) -> None:
        """Raises InputError for other vectors than those it was trained on."""
        if self.reads != reads:
            raise InputError("head_wants_picture" if self.reads == PAIR else "head_wants_text")
        if self.encoder != encoder:
            raise InputError("head_other_encoder", taught=shown(self.encoder), model=encoder)

    def probabilities(self, vectors: np.ndarray) -> np.ndarray:
        """float64 [N, labels] of vectors [N, width]."""
        logits = vectors @ self.weights.T + self.bias
        logits -= logits.max(axis=1, keepdims=True)
        exps = np.exp(logits)
        return exps / exps.sum(axis=1, keepdims=True)

    def scores(self, vector: np.ndarray) -> Scores:
        """The labels' probabilities for one vector [width]."""
        return Scores(self.labels, tuple(map(float, self.probabilities(vector[None])[0])))

    def as_json(self) -> str:
        """The content of a file that `read_head` reads."""
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


def fit(
    vectors: np.ndarray,
    labels: Sequence[str],
    encoder: str,
    reads: str = TEXT,
    strength: float = STRENGTH,
) -> Head:
    """Multinomial logistic regression on vectors [N, width], with balanced class weights."""
    model = classifier(strength).fit(vectors, labels)
    weights, bias = model.coef_, model.intercept_
    if len(model.classes_) == 2:  # scikit-learn keeps one row for two labels
        weights, bias = np.concatenate([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    return Head(tuple(map(str, model.classes_)), weights, bias, encoder, reads)


def classifier(strength: float = STRENGTH) -> LogisticRegression:
    """The untrained classifier; `strength` is C, the inverse of the regularisation."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=strength, max_iter=1000, class_weight="balanced")


def load_head(path: Path) -> Head:
    """A head from its file. Raises InputError that says what is wrong with it."""
    text = read_json_text(path, MAX_FILE_CHARACTERS)
    if path.stat().st_size > MAX_FILE_CHARACTERS:
        raise InputError("bad_head", reason="too large")
    return read_head(text)


def read_head(text: object) -> Head:
    """A head from its file's content. Raises InputError that says what is wrong with it."""
    if not isinstance(text, str):
        raise InputError("bad_head", reason="format")
    if len(text) > MAX_FILE_CHARACTERS:
        raise InputError("bad_head", reason="too large")
    try:
        content = json.loads(without_mark(text))
        labels, reads = _labels(content["labels"]), content["reads"]
        encoder = clean_text(content["encoder"], "encoder")[0]
        weights = np.array(content["weights"], float)
        bias = np.array(content["bias"], float)
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise InputError("bad_head", reason=type(error).__name__) from None
    if content.get("format") != FORMAT or reads not in list(WIDTHS):
        raise InputError("bad_head", reason="format")
    shapes = weights.shape == (len(labels), WIDTHS[reads]) and bias.shape == (len(labels),)
    if not shapes or not math.isfinite(weights.sum() + bias.sum()):
        raise InputError("bad_head", reason="weights")
    return Head(labels, weights, bias, encoder, reads)


def _labels(value: Iterable[object]) -> tuple[str, ...]:
    labels = tuple(clean_text(label, "label")[0] for label in value)
    wrong = len(set(labels)) != len(labels) or not 2 <= len(labels) <= MAX_LABELS
    if wrong or any(not label or len(label) > MAX_LABEL_CHARACTERS for label in labels):
        raise ValueError("labels")
    return labels
