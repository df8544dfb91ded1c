"""A trigram model with interpolated Kneser-Ney smoothing (Chen and Goodman 1999), over token ids.

A plain baseline: what can be said of the next token from the last two alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Table:
    """How often each n-gram occurs; an n-gram is one number, its ids the digits."""

    def __init__(self, keys: Ints, counts: Ints, size: int) -> None:
        """`keys` are sorted; `size` is the vocabulary's."""
        self.keys, self.counts, self.size = keys, counts, size
        self.contexts, first = np.unique(keys // size, return_index=True)
        self.totals = np.add.reduceat(counts, first)
        self.kinds = np.diff([*first, len(keys)])
        once, twice = (counts == 1).sum(), (counts == 2).sum()
        self.discount = once / max(1, once + 2 * twice)

    def smoothed(self, keys: Ints, shorter: Floats) -> Floats:
        """The probability of each n-gram's last token after the others; `shorter`: the same after
        one token less."""
        context = keys // self.size
        total = _found(self.contexts, self.totals, context)
        kinds = _found(self.contexts, self.kinds, context)
        own = np.maximum(_found(self.keys, self.counts, keys) - self.discount, 0)
        mixed = (own + self.discount * kinds * shorter) / np.maximum(total, 1)
        return np.where(total > 0, mixed, shorter)


class Trigram:
    """Learns from texts at once. Each begins with a mark of its own."""

    def __init__(self, texts: Sequence[Sequence[int]], size: int) -> None:
        self.size = size
        keys = np.concatenate([self._keys(text)[2] for text in texts])
        three = np.unique(keys, return_counts=True)
        two = np.unique(three[0] % size**2, return_counts=True)  # after how many others it stands
        one = np.unique(two[0] % size, return_counts=True)
        self.tables = [Table(*each, size) for each in (one, two, three)]

    def logprobs(self, text: Sequence[int]) -> Floats:
        """Of each token but the first mark, in nats."""
        keys = self._keys(text)
        probability = np.full(len(text) - 1, 1 / self.size)
        for table, key in zip(self.tables, keys, strict=True):
            probability = table.smoothed(key, probability)
        return np.log(probability)

    def _keys(self, text: Sequence[int]) -> tuple[Ints, Ints, Ints]:
        """Of each token but the first: itself, with the one before, with the two before."""
        ids = np.array([text[0], *text], np.int64)
        before, last, token = ids[:-2], ids[1:-1], ids[2:]
        pair = last * self.size + token
        return token, pair, before * self.size**2 + pair


def _found(keys: Ints, values: Ints, wanted: Ints) -> Ints:
    """The value of each wanted key; 0 where it is not there."""
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[at] == wanted, values[at], 0)
