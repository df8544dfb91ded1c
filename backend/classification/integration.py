"""The path integral of integrated gradients, taken until its parts add up.

The way is walked in pieces, and the piece that adds up worst is halved: most of the change happens
on a small part of the way, and only there are many steps needed. The parts of pieces that join add
up to those of the whole way, for the integral along a line is the sum of its pieces' integrals.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

STEPS = 16  # Gauss-Legendre points in each piece
MOST_PIECES = 48
TOLERANCE = 0.01  # of the whole difference, over the pieces' own gaps


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
    pieces = [_piece(way, 0, 1, (way.score(0), way.score(1)))]
    (low, high) = pieces[0].scores
    while sum(piece.gap for piece in pieces) > TOLERANCE * abs(high - low):
        if len(pieces) >= MOST_PIECES:
            break
        worst = max(pieces, key=lambda piece: piece.gap)
        pieces.remove(worst)
        pieces += _halves(way, worst)
    return torch.stack([piece.parts for piece in pieces]).sum(0), high - low


def _halves(way: Way, piece: Piece) -> list[Piece]:
    middle = (piece.first + piece.last) / 2
    low, high = piece.scores
    score = way.score(middle)
    return [
        _piece(way, piece.first, middle, (low, score)),
        _piece(way, middle, piece.last, (score, high)),
    ]


def _piece(way: Way, first: float, last: float, scores: tuple[float, float]) -> Piece:
    """Captum's attributions on a part of the way."""
    from captum.attr import IntegratedGradients

    found = IntegratedGradients(way.forward).attribute(
        way.at(last), way.at(first), additional_forward_args=(way.mask,), n_steps=STEPS
    )
    return Piece(first, last, found.detach().double().sum(-1)[0], scores)
