"""All heads as small pictures: each cell the largest weight of its part of the matrix.

The largest, not the mean: in a long text a single strong cell would vanish in a mean.
"""

from __future__ import annotations

import math

import numpy as np
import torch

MAX_BYTES = 96_000  # for all heads together
MIN_SIDE, MAX_SIDE = 8, 40  # cells


def side_for(heads: int) -> int:
    """How many cells a thumbnail has on a side, so that all of them stay within the budget."""
    return max(MIN_SIDE, min(MAX_SIDE, math.isqrt(MAX_BYTES // heads)))


def thumbnails(weights: torch.Tensor, side: int) -> np.ndarray:
    """(H, rows, columns) weights -> (H, r, c) bytes with r, c at most `side`.

    A byte is round(255 · √weight): the square root keeps small weights visible.
    """
    pooled = _pooled(_pooled(weights, 1, side), 2, side)
    return (pooled.sqrt() * 255).round().to(torch.uint8).numpy()


def _pooled(weights: torch.Tensor, dim: int, side: int) -> torch.Tensor:
    """The maximum of each run of neighbours along a dimension, at most `side` runs."""
    length = weights.shape[dim]
    if length <= side:
        return weights
    step = math.ceil(length / side)
    return torch.stack([part.amax(dim) for part in weights.split(step, dim)], dim)
