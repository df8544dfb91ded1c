"""The path integral of integrated gradients, refined until its parts add up.

The path is split into segments, and the segment with the largest gap is halved: most of the change
happens on a short stretch, often near the empty text, and only there are many steps needed. The
attributions of adjoining segments add up to those of the whole path, because an integral along a
line is the sum of the integrals over its segments.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor

from backend.parts import Parts

FIRST_ENDS = (0, 1 / 8, 1 / 4, 1 / 2, 1)  # of the first segments, as shares of the path
STEPS = 5  # Gauss-Legendre points in each segment
MAX_SEGMENTS = 48
TOLERANCE = 0.015  # of the whole difference, for the sum of the segments' gaps


@dataclass(frozen=True)
class Path:
    """The straight line from the word vectors `start` [1, T, D] to `end`, and the score along it.

    `forward` maps vectors [B, T, D] and masks [B, T] to scores [B].
    """

    forward: Callable[[Tensor, Tensor], Tensor]
    start: Tensor
    end: Tensor
    mask: Tensor

    def at(self, share: float) -> Tensor:
        return self.start + share * (self.end - self.start)

    @torch.no_grad()
    def score(self, share: float) -> float:
        return float(self.forward(self.at(share), self.mask))


@dataclass(frozen=True)
class Segment:
    """A part of the path, from one share to another."""

    first: float
    last: float
    attributions: Tensor  # of each token [T]
    scores: tuple[float, float]  # at the two ends

    @property
    def gap(self) -> float:
        """By how much the attributions miss the difference of the scores (completeness)."""
        return abs(float(self.attributions.sum()) - (self.scores[1] - self.scores[0]))


def integrate(path: Path) -> Parts[tuple[Tensor, float]]:
    """Each token's attribution [T], and the difference of the scores that they add up to."""
    scores = [path.score(share) for share in FIRST_ENDS]
    difference = scores[-1] - scores[0]
    segments = _segments(path, list(pairwise(FIRST_ENDS)), scores)
    while sum(segment.gap for segment in segments) > TOLERANCE * abs(difference):
        if len(segments) >= MAX_SEGMENTS:
            break
        yield
        worst = max(segments, key=lambda segment: segment.gap)
        segments.remove(worst)
        segments += _halves(path, worst)
    return torch.stack([segment.attributions for segment in segments]).sum(0), difference


def _halves(path: Path, segment: Segment) -> list[Segment]:
    middle = (segment.first + segment.last) / 2
    scores = [segment.scores[0], path.score(middle), segment.scores[1]]
    return _segments(path, [(segment.first, middle), (middle, segment.last)], scores)


def _segments(path: Path, spans: list[tuple[float, float]], scores: list[float]) -> list[Segment]:
    """Captum's attributions on adjoining spans of the path, in one pass; `scores` at their ends."""
    from captum.attr import IntegratedGradients

    found = IntegratedGradients(path.forward).attribute(
        torch.cat([path.at(last) for _, last in spans]),
        torch.cat([path.at(first) for first, _ in spans]),
        additional_forward_args=(path.mask.expand(len(spans), -1),),
        n_steps=STEPS,
    )
    attributions = found.detach().double().sum(-1)
    return [
        Segment(*span, attributions[number], (scores[number], scores[number + 1]))
        for number, span in enumerate(spans)
    ]
