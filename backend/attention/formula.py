"""softmax(Q Kᵀ · scaling + mask) V (Vaswani et al. 2017, equation 1), once for all that is shown:
a model's tensors and a visitor's own numbers in numpy, which know the same operators."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    import torch

Numbers = TypeVar("Numbers", "torch.Tensor", "np.ndarray")


def scores(q: Numbers, k: Numbers, scaling: float) -> tuple[Numbers, Numbers]:
    """Queries (n, d), or one (d,), and keys (m, d): their dot products (n, m), or (m,), and the
    same scaled."""
    products = q @ k.T
    return products, products * scaling


def weights(scaled: Numbers, mask: Numbers | None) -> Numbers:
    """Each row sums to 1; the mask is added first, -inf where nothing may be seen."""
    return softmax(scaled if mask is None else scaled + mask)


def softmax(values: Numbers) -> Numbers:
    """Along the last axis; the maximum is subtracted first, so that nothing overflows."""
    if not isinstance(values, np.ndarray):
        return values.softmax(-1)
    powers = np.exp(values - values.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)
