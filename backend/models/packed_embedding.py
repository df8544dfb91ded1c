"""An embedding whose vectors stay in blocks of 4 bits (`backend/models/four_bits.py`).

A text looks up a few of some 60,000 vectors: unpacking all of them would take six times the
memory, and time when the model loads, for the same numbers.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from backend.models.four_bits import BLOCK, unpack


class PackedEmbedding(nn.Module):
    """A frozen stand-in for nn.Embedding; float32."""

    nibbles: Tensor  # uint8 [count, width / 2]
    scales: Tensor  # float32 [count, width / 32]

    def __init__(self, count: int, width: int):
        super().__init__()
        self.register_buffer("nibbles", torch.zeros(count, width // 2, dtype=torch.uint8))
        self.register_buffer("scales", torch.zeros(count, width // BLOCK))

    @property
    def weight(self) -> Tensor:
        """All vectors [count, width], unpacked at each call."""
        return unpack(self.nibbles, self.scales)

    def forward(self, ids: Tensor) -> Tensor:
        """The vectors [..., width] of ids [...]."""
        flat = ids.flatten()
        return unpack(self.nibbles[flat], self.scales[flat]).unflatten(0, ids.shape)
