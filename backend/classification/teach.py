"""Teach it: a head from a few labelled examples, and an honest look at how good it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from backend.classification import metrics
from backend.classification.head import MOST_CLASSES, Head, classifier, fit
from backend.classification.labels import LONGEST_LABEL
from backend.errors import InputError
from backend.text import clean_text, shown

MOST_EXAMPLES = 5000
MOST_FOLDS = 5
HARDEST = 5
CURVE = (0.2, 0.4, 0.6, 0.8, 1.0)  # shares of the training examples
LONGEST_EXAMPLE = 5000  # characters


@dataclass(frozen=True)
class Example:
    """A text and the label it should get."""

    text: str
    label: str


@dataclass(frozen=True)
class Hard:
    """An example that the others argue against: what it was taken for, when it was left out."""

    example: Example
    said: str
    probability: float  # of its own label


@dataclass(frozen=True)
class CurvePoint:
    """Accuracy on left-out examples after learning from so many of the others.

    Both are means over the folds, whose sizes differ by a few; `examples` is rounded.
    """

    examples: int
    accuracy: float


@dataclass(frozen=True)
class Lesson:
    """A taught head and how it fares on examples it was not shown (cross-validation)."""

    head: Head
    folds: int
    report: metrics.Report
    hardest: tuple[Hard, ...]
    curve: tuple[CurvePoint, ...]


def check_examples(rows: Sequence[tuple[object, object]]) -> list[Example]:
    """Examples from (text, label) pairs; empty rows are left out.

    Raises InputError for too few or many, one label, a label with one example, or texts all alike.
    """
    examples = [example for row in rows if (example := _example(*row)) is not None]
    if len(examples) > MOST_EXAMPLES:
        raise InputError("too_many_examples", count=len(examples), limit=MOST_EXAMPLES)
    counts = Counter(example.label for example in examples)
    if len(counts) < 2:
        raise InputError("one_class", count=len(counts))
    if len(counts) > MOST_CLASSES:
        raise InputError("too_many_labels", count=len(counts), limit=MOST_CLASSES)
    lonely = [label for label, count in counts.items() if count < 2]
    if lonely:
        raise InputError("single_example", labels=", ".join(map(shown, lonely[:5])))
    if len({example.text.casefold() for example in examples}) == 1:
        raise InputError("all_alike")
    return examples


def parse_examples(text: object) -> list[tuple[str, str]]:
    """(text, label) pairs of lines such as "label: text"; raises InputError naming a bad line."""
    rows = []
    for number, line in enumerate(clean_text(text, "examples")[0].splitlines(), 1):
        if not line.strip():
            continue
        label, colon, rest = line.replace("：", ":", 1).partition(":")
        if not (colon and label.strip() and rest.strip()):
            raise InputError("bad_example_line", number=number, value=shown(line))
        rows.append((rest.strip(), label.strip()))
    return rows


def teach(
    vectors: np.ndarray,
    examples: Sequence[Example],
    encoder: str,
    check: Callable[[], None] = lambda: None,
) -> Lesson:
    """Train on the examples' vectors [N, 384] of the encoder named, and cross-validate.

    `check` may raise between two trainings.
    """
    labels = np.array([example.label for example in examples])
    folds = min(MOST_FOLDS, *Counter(labels.tolist()).values())
    head = fit(vectors, labels.tolist(), encoder)
    chances = _left_out(vectors, labels, folds, check)
    said = [head.labels[place] for place in chances.argmax(1)]
    return Lesson(
        head,
        folds,
        metrics.report(labels.tolist(), said),
        _hardest(examples, chances, said, head.labels),
        _curve(vectors, labels, folds, check),
    )


def _left_out(
    vectors: np.ndarray, labels: np.ndarray, folds: int, check: Callable[[], None]
) -> np.ndarray:
    """Each example's probabilities from a head that was not shown it, [N, labels]."""
    chances = np.zeros((len(labels), len(np.unique(labels))))
    for learn, test in _splits(folds).split(vectors, labels):
        check()
        chances[test] = classifier().fit(vectors[learn], labels[learn]).predict_proba(vectors[test])
    return chances


def _hardest(
    examples: Sequence[Example], chances: np.ndarray, said: list[str], labels: tuple[str, ...]
) -> tuple[Hard, ...]:
    own = [chances[row, labels.index(example.label)] for row, example in enumerate(examples)]
    order = np.argsort(own, kind="stable")[:HARDEST]
    return tuple(Hard(examples[row], said[row], float(own[row])) for row in order)


def _curve(
    vectors: np.ndarray, labels: np.ndarray, folds: int, check: Callable[[], None]
) -> tuple[CurvePoint, ...]:
    """A point a share, over all folds; of shares that come to the same count the largest."""
    points = {}
    for share in CURVE:
        counts, scores = [], []
        for learn, test in _splits(folds).split(vectors, labels):
            check()
            rows = _share(learn, labels, share)
            taught = classifier().fit(vectors[rows], labels[rows])
            counts.append(len(rows))
            scores.append(taught.score(vectors[test], labels[test]))
        count = round(float(np.mean(counts)))
        points[count] = CurvePoint(count, float(np.mean(scores)))
    return tuple(points.values())


def _share(rows: np.ndarray, labels: np.ndarray, share: float) -> np.ndarray:
    """A share of each label's rows, one at least."""
    draw = np.random.default_rng(0)
    kept = []
    for label in np.unique(labels[rows]):
        own = draw.permutation(rows[labels[rows] == label])
        kept.append(own[: max(1, round(share * len(own)))])
    return np.concatenate(kept)


def _splits(folds: int) -> Any:
    from sklearn.model_selection import StratifiedKFold

    return StratifiedKFold(folds, shuffle=True, random_state=0)


def _example(text: object, label: object) -> Example | None:
    """None for an empty row."""
    words, name = (_cell(value, what) for value, what in ((text, "text"), (label, "label")))
    if not words and not name:
        return None
    if not words or not name:
        raise InputError("half_example", value=shown(words or name))
    if len(name) > LONGEST_LABEL:
        raise InputError("label_too_long", label=shown(name), limit=LONGEST_LABEL)
    return Example(words[:LONGEST_EXAMPLE], name)


def _cell(value: object, name: str) -> str:
    """A table's cell as text; an empty one may come as None or NaN."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return clean_text(value, name)[0].strip()
