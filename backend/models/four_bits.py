"""Weights in blocks of 4 bits (GGUF's Q4_0): 32 weights share one scale, 18 bytes together.

A weight is (nibble - 8) * scale. Byte j of a block holds weight j in its lower half and weight
j + 16 in its upper half. In a state dict a packed tensor is two: its name with `.nibbles` and with
`.scales`. Large ones come in numbered parts of whole rows, so that no file grows large.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

BLOCK = 32  # weights
NIBBLES, SCALES = ".nibbles", ".scales"


def unpack(nibbles: Tensor, scales: Tensor) -> Tensor:
    """float32 [rows, columns] of uint8 [rows, columns / 2] and float16 [rows, columns / 32]."""
    rows, blocks = scales.shape
    packed = nibbles.view(rows, blocks, BLOCK // 2)
    whole = torch.cat([packed & 15, packed >> 4], dim=2).float() - 8
    return (whole * scales.float().unsqueeze(2)).view(rows, blocks * BLOCK)


def unpack_all(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The state dict with its packed tensors unpacked, and parts put together."""
    plain = {key: tensor for key, tensor in state.items() if not key.endswith((NIBBLES, SCALES))}
    return plain | {name: unpack(*packed) for name, packed in packed_in(state).items()}


def packed_in(state: Mapping[str, Tensor]) -> dict[str, tuple[Tensor, Tensor]]:
    """Nibbles and scales of the state dict's packed tensors, parts put together."""
    parts: dict[str, dict[int, tuple[Tensor, Tensor]]] = {}
    for key, nibbles in state.items():
        if key.endswith(NIBBLES):
            stem = key.removesuffix(NIBBLES)
            name, _, number = stem.rpartition("#")
            pair = nibbles, state[stem + SCALES]
            parts.setdefault(name or stem, {})[int(number) if name else 0] = pair
    return {name: _joined([own[n] for n in sorted(own)]) for name, own in parts.items()}


def _joined(pairs: Sequence[tuple[Tensor, Tensor]]) -> tuple[Tensor, Tensor]:
    nibbles, scales = zip(*pairs, strict=True)
    return torch.cat(nibbles), torch.cat(scales)


def as_parts(name: str, nibbles: Tensor, scales: Tensor, rows: int) -> dict[str, Tensor]:
    """A packed tensor as `unpack_all` reads it, in parts of at most so many rows."""
    made = {}
    for number, start in enumerate(range(0, len(nibbles), rows)):
        stem = f"{name}#{number}" if len(nibbles) > rows else name
        made[stem + NIBBLES] = nibbles[start : start + rows].clone()
        made[stem + SCALES] = scales[start : start + rows].clone()
    return made
