"""GGUF's packed weights as OpenVINO constants with the same values.

A block is 32 numbers of one row. Q4_1 keeps them as q in 0..15 with w = d * q + m, Q8_0 as signed
bytes with w = d * q (ggml's own definitions). OpenVINO multiplies by packed weights without ever
unpacking them all, if it finds them written as (q - zero) * scale; so m becomes zero = -m / d.
OpenVINO GenAI's reader of GGUF rounds that zero to a whole number, which changes each weight of the
block. Here it stays a float.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

BLOCK = 32  # weights that share a scale
Q4_1_BYTES, Q8_0_BYTES = 20, 34  # of one block: two float16 and 16 bytes; a float16 and 32 bytes


@dataclass(frozen=True)
class Packed:
    """A matrix of `rows` x (blocks * 32): q [rows, blocks, 32], scale and zero [rows, blocks, 1].

    `q` is uint8 in 0..15 (with a zero) or int8 (without).
    """

    q: NDArray[Any]
    scale: NDArray[np.float32]
    zero: NDArray[np.float32] | None

    def weights(self) -> NDArray[np.float32]:
        """float32 [rows, columns]: what the packed numbers stand for."""
        q = self.q.astype(np.float32)
        values = (q if self.zero is None else q - self.zero) * self.scale
        return values.reshape(len(values), -1)

    def reordered(self, order: NDArray[np.intp]) -> Packed:
        """The same matrix with its rows in another order."""
        zero = None if self.zero is None else self.zero[order]
        return Packed(self.q[order], self.scale[order], zero)


def above(first: Packed, second: Packed) -> Packed:
    """Both matrices as one, the rows of `first` above those of `second`; both with a zero or none.

    ValueError otherwise.
    """
    if (first.zero is None) != (second.zero is None):
        raise ValueError("only matrices that are packed alike become one")
    q, scale = (np.concatenate(pair) for pair in ((first.q, second.q), (first.scale, second.scale)))
    has_zero = first.zero is not None and second.zero is not None
    return Packed(q, scale, np.concatenate([first.zero, second.zero]) if has_zero else None)


def packed(tensor: Any) -> Packed:
    """A gguf ReaderTensor in Q4_1 or Q8_0; ValueError for any other packing."""
    kind = tensor.tensor_type.name
    if kind == "Q4_1":
        return _q4_1(tensor.data.reshape(len(tensor.data), -1, Q4_1_BYTES))
    if kind == "Q8_0":
        return _q8_0(tensor.data.reshape(len(tensor.data), -1, Q8_0_BYTES))
    raise ValueError(f"{tensor.name} is packed as {kind}; this reader knows Q4_1 and Q8_0")


def _q4_1(blocks: NDArray[np.uint8]) -> Packed:
    """Low halves of the 16 bytes are the block's first 16 numbers, high halves its last."""
    scale, least = (_halves(blocks[..., start : start + 2]) for start in (0, 2))
    low, high = blocks[..., 4:] & 15, blocks[..., 4:] >> 4
    zero = np.divide(-least, scale, out=np.zeros_like(scale), where=scale != 0)
    flat = (scale == 0) & (least != 0)  # a block of equal numbers has no step: w = m = (1 - 0) * m
    q = np.where(flat, 1, np.concatenate([low, high], axis=-1)).astype(np.uint8)
    return Packed(q, np.where(flat, least, scale), zero)


def _q8_0(blocks: NDArray[np.uint8]) -> Packed:
    return Packed(blocks[..., 2:].view(np.int8), _halves(blocks[..., :2]), None)


def _halves(two_bytes: NDArray[np.uint8]) -> NDArray[np.float32]:
    """float16 in two bytes -> float32, shape [..., 2] -> [..., 1]."""
    return np.ascontiguousarray(two_bytes).view(np.float16).astype(np.float32)
