"""The bridge from the bilingual text encoder to the space of pictures: a small network that moves a
sentence's vector to where MiniLM has the same in English. Trained by `training/bridge.py`.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

BRIDGE = "bridge."  # what the names of the bridge's weights begin with
WIDTH = 384  # of the text encoder's vectors, and of those that come out


class Bridge(nn.Module):
    """From a sentence's unit vector to the space of pictures: a linear map and what two layers add
    to it."""

    mean: Tensor  # [384], as is `deviation`: of the vectors that were trained on
    deviation: Tensor

    def __init__(self, hidden: int = 1024, dropout: float = 0.1):
        super().__init__()
        self.register_buffer("mean", torch.zeros(WIDTH))
        self.register_buffer("deviation", torch.ones(WIDTH))
        self.straight = nn.Linear(WIDTH, WIDTH)
        self.bent = nn.Sequential(
            nn.Linear(WIDTH, hidden), nn.GELU(), nn.Dropout(dropout), nn.Linear(hidden, WIDTH)
        )

    def forward(self, sentences: Tensor) -> Tensor:
        """Vectors [..., 384] (not of length one) of unit vectors [..., 384]."""
        standard = (sentences - self.mean) / self.deviation
        return self.straight(standard) + self.bent(standard)
