"""Sentences about two things in one picture, made of those that are known about one.

A picture of a cat and a ball is like neither sentence, but its halves are (`halves.py`). Where both
halves are surer of what they are than the whole picture is, the sentences nearest to the one are
continued with those nearest to the other: "a photo of a cat" and "a ball".
"""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from backend.models.captioner.decoder import END
from backend.models.captioner.knn import KnnSentences

MARGIN, SOFTNESS = 0.01, 0.02  # by how much surer, as cosines; `benchmarks.two_things`
LEAST = 0.02  # share of sentences about two things from which on they are worth making
NEAREST = 5  # sentences of each half
ALIKE = 0.8  # from this cosine on, two names are of one thing


def told(knn: KnnSentences, views: Tensor, surety: Tensor) -> tuple[KnnSentences, Tensor]:
    """The sentences that may be said of a picture, and how much each counts, with sum 1: known
    ones [S], and those about two things. `views` [1 + 2P, 384] are the vectors of the picture and
    of its halves, cut in P ways; `surety` [1 + 2P] is how sure it is what each of them is."""
    weights = knn.weights(views[0])
    if len(views) == 1:
        return knn, weights
    halves = views[1:].unflatten(0, (-1, 2))
    surer = surety[1:].unflatten(0, (-1, 2)).amin(1) - surety[0]
    best = int(surer.argmax())
    share = torch.sigmoid((surer[best] - MARGIN) / SOFTNESS)
    if share < LEAST:
        return knn, weights
    lines, odds = _pairs(knn, halves[best])
    if not lines:
        return knn, weights
    share = share * odds.sum()
    rows = torch.full((len(lines), knn.lines.shape[1]), -1)
    for row, line in enumerate(lines):
        rows[row, : len(line)] = torch.tensor(line)
    longer = replace(knn, lines=torch.cat([knn.lines, rows.to(knn.lines.device)]))
    return longer, torch.cat([weights * (1 - share), odds / odds.sum() * share])


def _pairs(knn: KnnSentences, halves: Tensor) -> tuple[list[list[int]], Tensor]:
    """Sentences about both halves [2, 384], and the probability of each."""
    (first, ones), (second, others) = (
        knn.weights(half).topk(min(NEAREST, len(knn.vectors))) for half in halves
    )
    lines, odds = [], []
    for one, a in zip(ones.tolist(), first, strict=True):
        for other, b in zip(others.tolist(), second, strict=True):
            line = joined(knn, one, other)
            if line and knn.vectors[one] @ knn.vectors[other] < ALIKE:
                lines.append(line)
                odds.append(a * b)
    return lines, torch.stack(odds) if odds else halves.new_zeros(0)


def joined(knn: KnnSentences, one: int, other: int) -> list[int]:
    """The words of two sentences as one; none where one does not begin with a kind of picture, or
    it would be too long."""
    first, second = _parts(knn, one), _parts(knn, other)
    if first is None or second is None:
        return []
    line = [*first[0], *first[1], *knn.link, *second[1], END]
    return line if len(line) <= knn.lines.shape[1] else []


def _parts(knn: KnnSentences, number: int) -> tuple[list[int], list[int]] | None:
    """A sentence's opening, and what it is about, without its end."""
    words = [word for word in knn.lines[number].tolist() if word >= 0 and word != END]
    for opening in knn.openings:
        if words[: len(opening)] == list(opening):
            return words[: len(opening)], words[len(opening) :]
    return None
