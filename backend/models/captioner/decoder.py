"""The captioner's network: a small transformer decoder over words that looks at the picture.

Its memory is in MiniLM's space throughout, so that it can also be taught by text alone: where
there is no photograph of a koala, a koala's name vector stands in for one (as in CapDec, Nukrai
et al. 2022).
"""

import torch
from torch import Tensor, nn

CELLS = 49  # 7 x 7, row by row
OPINIONS = 2  # the whole picture as a drawing, and as a mixture of ImageNet classes
START, END, UNKNOWN = 0, 1, 2  # numbers of the words that are no words
LONGEST = 12  # words of a caption, with its end


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

    def forward(self, x: Tensor, memory: Tensor, future: Tensor) -> tuple[Tensor, Tensor]:
        """x [B, T, W], memory [B, M, W], future [T, T] (True is hidden) -> x, looks [B, T, M]."""
        near = self.norms[0](x)
        x = x + self.words(near, near, near, attn_mask=future, need_weights=False)[0]
        seen, looks = self.picture(self.norms[1](x), memory, memory)
        x = x + seen
        return x + self.mlp(self.norms[2](x)), looks


class CaptionDecoder(nn.Module):
    """Words so far and the picture's memory to the next word."""

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
        self.positions = nn.Parameter(torch.randn(LONGEST, width) * 0.02)
        self.inward = nn.Linear(memory, width)
        self.places = nn.Parameter(torch.randn(OPINIONS + CELLS, width) * 0.02)
        self.memory_norm = nn.LayerNorm(width)
        self.layers = nn.ModuleList(Layer(width, heads, dropout) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        nn.init.normal_(self.embedding.weight, std=width**-0.5)

    def forward(self, words: Tensor, memory: Tensor) -> tuple[Tensor, Tensor]:
        """Scores [B, T, V] of each next word, and where the last layer looked, [B, T, 51].

        `words` [B, T] are numbers, beginning with START; `memory` [B, 51, 384] is the drawing
        opinion, the class mixture, and one class mixture per cell.
        """
        length = words.shape[1]
        future = torch.ones(length, length, dtype=torch.bool, device=words.device).triu(1)
        picture = self.memory_norm(self.inward(memory) + self.places)
        x = self.embedding(words) + self.positions[:length]
        for layer in self.layers:
            x, looks = layer(x, picture, future)
        return self.norm(x) @ self.embedding.weight.T, looks
