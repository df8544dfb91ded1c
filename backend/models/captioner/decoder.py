"""The captioner's network: a small transformer decoder over words that attends to the picture.

Its memory is in MiniLM's space throughout, so that it can also be trained on text alone: where
there is no photograph of a koala, the vector of the word "koala" stands in for one (as in CapDec,
Nukrai et al. 2022).
"""

import torch
from torch import Tensor, nn

CELLS = 49  # 7 x 7, row by row
WHOLE_SLOTS = 2  # of the memory: the whole picture as a drawing, and as a mix of ImageNet classes
START, END, UNKNOWN = 0, 1, 2  # numbers of the special words
MAX_WORDS = 12  # of a caption, its end included


class Layer(nn.Module):
    """Self-attention to the words so far, attention to the picture, and a two-layer network."""

    def __init__(self, width: int, heads: int, dropout: float):
        super().__init__()
        self.words = nn.MultiheadAttention(width, heads, dropout, batch_first=True)
        self.picture = nn.MultiheadAttention(width, heads, dropout, batch_first=True)
        self.mlp = nn.Sequential(
            nn.Linear(width, 4 * width), nn.GELU(), nn.Dropout(dropout), nn.Linear(4 * width, width)
        )
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(3))

    def forward(self, x: Tensor, memory: Tensor, future: Tensor) -> Tensor:
        """x [B, T, W], memory [B, M, W], future [T, T] (True is hidden) -> [B, T, W]."""
        near = self.norms[0](x)
        x = x + self.words(near, near, near, attn_mask=future, need_weights=False)[0]
        x = x + self.picture(self.norms[1](x), memory, memory, need_weights=False)[0]
        return x + self.mlp(self.norms[2](x))


class CaptionDecoder(nn.Module):
    """The words so far and the picture's memory to scores of the next word."""

    def __init__(
        self,
        words: int,
        memory: int = 384,
        width: int = 256,
        layers: int = 2,
        heads: int = 4,
        dropout: float = 0.1,
    ):
        super().__init__()
        self.embedding = nn.Embedding(words, width)
        self.positions = nn.Parameter(torch.randn(MAX_WORDS, width) * 0.02)
        self.inward = nn.Linear(memory, width)
        self.places = nn.Parameter(torch.randn(WHOLE_SLOTS + CELLS, width) * 0.02)
        self.memory_norm = nn.LayerNorm(width)
        self.layers = nn.ModuleList(Layer(width, heads, dropout) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        nn.init.normal_(self.embedding.weight, std=width**-0.5)

    def forward(self, words: Tensor, memory: Tensor) -> Tensor:
        """Scores (logits) [B, T, V] of each next word.

        `words` [B, T] are numbers, beginning with START; `memory` [B, 51, 384] is the picture as a
        drawing, its mix of classes, and a mix of classes for each cell.
        """
        length = words.shape[1]
        future = torch.ones(length, length, dtype=torch.bool, device=words.device).triu(1)
        picture = self.memory_norm(self.inward(memory) + self.places)
        x = self.embedding(words) + self.positions[:length]
        for layer in self.layers:
            x = layer(x, picture, future)
        return self.norm(x) @ self.embedding.weight.T
