"""Attention rollout (Abnar and Zuidema 2020): attention followed down through the layers.

A = 0.5 · mean over heads + 0.5 · I       half of what a token holds is its own (the residual)
R_1 = A_1,   R_l = A_l R_(l-1)            rows divided by their sums
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from backend.attention.recording import Stack
from backend.errors import InputError


def rollout(means: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
    """Each layer's mean over heads (n, n) -> R after each layer (n, n); rows sum to 1."""
    rolled: np.ndarray | None = None
    for mean in means:
        mixed = 0.5 * mean + 0.5 * np.eye(len(mean), dtype=mean.dtype)
        mixed /= mixed.sum(axis=1, keepdims=True)
        rolled = mixed if rolled is None else mixed @ rolled
        yield rolled


def rolled_rows(stack: Stack, row: int) -> np.ndarray:
    """A token's row (from 0) of the rollout after each layer: float32 (layers, n)."""
    if not stack.is_square:
        raise InputError("rollout_needs_self")
    means = (layer.weights().mean(0).numpy() for layer in stack.layers)
    return np.stack([rolled[row] for rolled in rollout(means)])
