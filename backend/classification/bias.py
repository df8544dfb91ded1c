"""A bias probe: one sentence with each of a list of words; how far a label's probability moves."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from typing import TYPE_CHECKING

from backend.classification.request import filled
from backend.classification.results import Probe, WordScore
from backend.parts import Parts

if TYPE_CHECKING:
    from backend.classification.expert import Expert


def probe(
    expert: Expert,
    sentence: str,
    words: tuple[str, ...],
    label: str = "",
    check: Callable[[], None] = lambda: None,
) -> Parts[Probe]:
    """The label's probability for the sentence with each word in its hole; `check` may raise.

    "" takes the label that varies most: a bias shows there if anywhere.
    """
    texts = [filled(sentence, word) for word in words]
    found = yield from expert.probabilities_in_parts(texts, check)
    spreads = found.max(0) - found.min(0)
    column = expert.labels.index(label) if label else int(spreads.argmax())
    values = found[:, column].tolist()
    rows = sorted(map(WordScore, words, values), key=lambda row: -row.probability)
    return Probe(
        label=expert.labels[column],
        rows=tuple(rows),
        spread=float(spreads[column]),
        deviation=statistics.pstdev(values),
        most=not label,
        labels=expert.labels,
    )
