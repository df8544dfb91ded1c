"""kNN over known sentences, mixed into each word's probability.

A small decoder confuses names that the search encoder tells apart. So each next word's probability
is partly the decoder's own and partly that of the known sentences nearest to the picture, as in
kNN-LM (Khandelwal et al. 2020): p(word) = SHARE * p_knn(word) + (1 - SHARE) * p_decoder(word).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn.functional import normalize

SHARPNESS = 60.0  # 1 / temperature of the softmax over cosine similarities
SHARE = 0.8  # of kNN in each word's probability


@dataclass(frozen=True)
class KnnSentences:
    """Known sentences."""

    vectors: Tensor  # [S, 384], of length one
    lines: Tensor  # [S, L] word numbers, padded with -1
    openings: Sequence[list[int]] = ()  # how they may begin: with the kind of picture
    link: Sequence[int] = ()  # what stands between two things: "and"

    def to(self, device: str) -> KnnSentences:
        """The same on a device."""
        return replace(self, vectors=self.vectors.to(device), lines=self.lines.to(device))

    def surety(self, pictures: Tensor) -> Tensor:
        """The cosine, [...], of the sentence nearest to each of the vectors [..., 384]."""
        return (normalize(pictures, dim=-1) @ self.vectors.T).amax(-1)

    def weights(self, picture: Tensor) -> Tensor:
        """How much each sentence counts, [S] with sum 1, for a picture's vector [384]."""
        similarities = self.vectors @ normalize(picture, dim=-1)
        return (similarities * SHARPNESS).softmax(-1)

    def next_word(self, weights: Tensor, prefix: list[int], own: Tensor) -> Tensor:
        """Probabilities [V] of the word after `prefix`, given the decoder's `own` [V].

        Only sentences that begin with the prefix count; where none does, the decoder's stand alone.
        """
        place = len(prefix)
        matches = (self.lines[:, :place] == self.lines.new_tensor(prefix)).all(1)
        longer = matches & (self.lines[:, place] >= 0)
        next_words = self.lines[longer, place]
        nearest = torch.zeros_like(own).index_add_(0, next_words, weights[longer])
        total = nearest.sum()
        share = SHARE if total > 0 else 0.0
        return share * nearest / total.clamp(min=torch.finfo(total.dtype).tiny) + (1 - share) * own


def as_rows(lines: list[list[int]], length: int) -> Tensor:
    """Lines of word numbers as one tensor [S, length], padded with -1."""
    rows = torch.full((len(lines), length), -1)
    for place, line in enumerate(lines):
        rows[place, : len(line)] = torch.tensor(line)
    return rows
