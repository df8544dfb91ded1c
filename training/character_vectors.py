"""Character vectors in closed form: what stands near a character says what it is like.

The start of the verse writer's embeddings. A rare character is met too seldom in minutes of
training to find its place by gradients; its neighbours in all poems, counted once, place it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

WINDOW = 3  # characters to each side
SMOOTHED = 0.75  # power of the context's frequency (Levy et al. 2015)
SPREAD = 0.04  # standard deviation of the vectors' numbers


def start_from_neighbours(model: Any, texts: Sequence[Sequence[int]]) -> None:
    """Give the model's embeddings the vectors of the characters in `texts` (ids); those that do
    not occur keep theirs."""
    weight = model.get_input_embeddings().weight
    counts = neighbours(texts, len(weight))
    seen = counts.sum(1) > 0
    with torch.no_grad():
        vectors_ = vectors(counts, weight.shape[1])
        weight[seen] = vectors_[seen] / vectors_[seen].std() * SPREAD


def neighbours(texts: Sequence[Sequence[int]], size: int) -> Tensor:
    """How often two ids stand within WINDOW of each other, [size, size], symmetric."""
    ids = torch.tensor([token for text in texts for token in text])
    text_of = torch.repeat_interleave(
        torch.arange(len(texts)), torch.tensor([len(text) for text in texts])
    )
    counts = torch.zeros(size * size)
    for distance in range(1, WINDOW + 1):
        together = text_of[distance:] == text_of[:-distance]
        pairs = ids[:-distance][together] * size + ids[distance:][together]
        counts += torch.bincount(pairs, minlength=size * size)
    table = counts.view(size, size)
    return table + table.T


def vectors(counts: Tensor, width: int) -> Tensor:
    """The positive pointwise mutual information of the counts in `width` dimensions: [size, width],
    whose dot products come closest to it."""
    own = counts.sum(1)
    context = own**SMOOTHED
    expected = own[:, None] * (context / context.sum())
    information = (counts / expected.clamp(min=1e-9)).clamp(min=1e-9).log().clamp(min=0)
    information[counts == 0] = 0
    left, size, _ = torch.svd_lowrank(information, q=width, niter=3)
    return left * size.sqrt()
