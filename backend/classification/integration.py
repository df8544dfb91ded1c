"""The path integral of integrated gradients, taken until its parts add up.

The way is walked in pieces, and the piece that adds up worst is halved: most of the change happens
on a small part of the way, often near the empty text, and only there are many steps needed. The
parts of pieces that join add up to those of the whole way, for the integral along a line is the sum
of its pieces' integrals.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor

FIRST = (0, 1 / 8, 1 / 4, 1 / 2, 1)  # where the first pieces begin and end
STEPS = 5  # Gauss-Legendre points in each piece
MOST_PIECES = 48
TOLERANCE = 0.015  # of the whole difference, for the sum of the pieces' own gaps


@dataclass(frozen=True)
class Way:
    """The straight way from the word vectors `start` [1, T, D] to `end`, under `forward`."""

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
class Piece:
    """The way from one share to another: what each token [T] adds, and what they miss."""

    first: float
    last: float
    parts: Tensor
    scores: tuple[float, float]  # at its two ends

    @property
    def gap(self) -> float:
        return abs(float(self.parts.sum()) - (self.scores[1] - self.scores[0]))


def integrate(way: Way) -> tuple[Tensor, float]:
    """What each token [T] adds, and the whole difference; the worst piece is halved until the
    pieces add up."""
    scores = [way.score(share) for share in FIRST]
    difference = scores[-1] - scores[0]
    pieces = _pieces(way, list(pairwise(FIRST)), scores)
    while sum(piece.gap for piece in pieces) > TOLERANCE * abs(difference):
        if len(pieces) >= MOST_PIECES:
            break
        worst = max(pieces, key=lambda piece: piece.gap)
        pieces.remove(worst)
        pieces += _halves(way, worst)
    return torch.stack([piece.parts for piece in pieces]).sum(0), difference


def _halves(way: Way, piece: Piece) -> list[Piece]:
    middle = (piece.first + piece.last) / 2
    scores = [piece.scores[0], way.score(middle), piece.scores[1]]
    return _pieces(way, [(piece.first, middle), (middle, piece.last)], scores)


def _pieces(way: Way, spans: list[tuple[float, float]], scores: list[float]) -> list[Piece]:
    """Captum's attributions on parts of the way that join, in one pass; `scores` at their ends."""
    from captum.attr import IntegratedGradients

    found = IntegratedGradients(way.forward).attribute(
        torch.cat([way.at(last) for _, last in spans]),
        torch.cat([way.at(first) for first, _ in spans]),
        additional_forward_args=(way.mask.expand(len(spans), -1),),
        n_steps=STEPS,
    )
    parts = found.detach().double().sum(-1)
    return [Piece(*span, parts[at], (scores[at], scores[at + 1])) for at, span in enumerate(spans)]
