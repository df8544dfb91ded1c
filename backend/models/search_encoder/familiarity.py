"""How much a picture is like the drawings that the tower's learned opinion comes from.

A network answers on anything, sure of itself even where it has seen nothing of the kind: asked
about photographs, this one names drawings that it knows. How far a picture's features lie from
those that were learnt tells the two apart, without one photograph to learn from (Mahalanobis
distance as a test for the unfamiliar, Lee et al. 2018, here without correlations).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

EDGE_FADE = 0.1  # how gradually a picture stops being a drawing: it is one or the other


class Familiarity(nn.Module):
    """How much the opinion on drawings counts, a share from 0 to 1, and how likely the picture is a
    drawing. The one reaches farther: that opinion helps with photographs cut out on white as well.
    `python -m training.familiarity` finds the three numbers."""

    farthest: Tensor  # scalars: the distance at which the share is one half, and how gradually
    fade: Tensor  # it falls there
    edge: Tensor  # scalar: the distance up to which a picture is a drawing

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("farthest", torch.tensor(1.7))
        self.register_buffer("fade", torch.tensor(0.2))
        self.register_buffer("edge", torch.tensor(1.5))

    @torch.no_grad()  # how it looks is not what it shows: no map of "where" should light up for it
    def forward(self, standard: Tensor) -> Tensor:
        """Shares [B] of standardised features [B, F]."""
        return torch.sigmoid((self.farthest - distance(standard)) / self.fade)

    @torch.no_grad()
    def drawing_probability(self, standard: Tensor) -> Tensor:
        """From 0 for a photograph to 1 for a drawing, [B], of standardised features [B, F]."""
        return torch.sigmoid((self.edge - distance(standard)) / EDGE_FADE)


def distance(standard: Tensor) -> Tensor:
    """How far standardised features [B, F] lie from the middle, [B]: 1 is usual among those that
    they were standardised by."""
    return standard.square().mean(-1)
