"""What the captioner remembers of known sentences: retrieval beside generation.

A small decoder mixes names up that the search encoder tells apart. So each next word's chances are
part the decoder's own and part those of the known sentences nearest to the picture, as in kNN-LM
(Khandelwal et al. 2020): p(word) = share * p_recall(word) + (1 - share) * p_decoder(word).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import normalize

SHARPNESS = 60.0  # 1 / temperature over cosine likenesses of sentences
SHARE = 0.8  # of recall in each word's probability


@dataclass(frozen=True)
class Recall:
    """Known sentences: `vectors` [S, 384] of length one; `lines` [S, L] word numbers, -1 after."""

    vectors: Tensor
    lines: Tensor

    def weights(self, picture: Tensor) -> Tensor:
        """How much each sentence counts, [S], summing to one, for a picture's vector [384]."""
        likeness = self.vectors @ normalize(picture, dim=-1)
        return (likeness * SHARPNESS).softmax(-1)

    def next_word(self, weights: Tensor, said: list[int], own: Tensor) -> Tensor:
        """The next word's chances [V] after `said`, given the decoder's `own` [V].

        Only sentences that begin with what was said count; where none does, the decoder is alone.
        """
        place = len(said)
        begun = (self.lines[:, :place] == self.lines.new_tensor(said)).all(1)
        goes_on = begun & (self.lines[:, place] >= 0)
        next_words = self.lines[goes_on, place]
        recalled = torch.zeros_like(own).index_add_(0, next_words, weights[goes_on])
        known = recalled.sum()
        share = SHARE if known > 0 else 0.0
        return share * recalled / known.clamp(min=1e-12) + (1 - share) * own


def as_rows(lines: list[list[int]], length: int) -> Tensor:
    """Lines of word numbers as one tensor [S, length], filled up with -1."""
    rows = torch.full((len(lines), length), -1)
    for place, line in enumerate(lines):
        rows[place, : len(line)] = torch.tensor(line)
    return rows
