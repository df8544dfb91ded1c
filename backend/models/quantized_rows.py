"""Matrices quantized to int8, symmetric, with one scale a row, to keep a repository small.

A weight is its number times its row's scale. A history keeps every version of a file, and git packs
numbers as small as these well, where float16 hardly packs at all. In a state dict such a matrix is
int8 under its own name, with `.scales` beside it.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

LARGEST = 50  # of the numbers, which run from -LARGEST to LARGEST
SCALES = ".scales"


def quantize(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Numbers int8 [rows, columns] and scales float32 [rows] of a matrix [rows, columns]."""
    scales = matrix.float().abs().amax(1) / LARGEST
    numbers = matrix.float() / torch.where(scales > 0, scales, 1.0)[:, None]
    return numbers.round().to(torch.int8), scales


def dequantize_all(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The state dict with its quantized matrices as float32; all else stays as it is."""
    scales = {key.removesuffix(SCALES): own for key, own in state.items() if key.endswith(SCALES)}
    rest = {key: tensor for key, tensor in state.items() if not key.endswith(SCALES)}
    return rest | {key: rest[key].float() * own.float()[:, None] for key, own in scales.items()}
