"""A vector index: pictures in an order, with one model's vectors of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Entry:
    """One picture of an index."""

    key: str  # a file of the gallery, or the hash of a visitor's picture
    name: str
    english: str = ""  # a sentence about it, where somebody wrote one
    chinese: str = ""


@dataclass(frozen=True)
class VectorIndex:
    """Entries and their unit vectors, float32 [N, D]. Vectors of two models are never mixed."""

    entries: tuple[Entry, ...]
    vectors: np.ndarray
    model: str  # identity of the weights that made the vectors
    null_cosine: float  # the best cosine of any picture with a text that says nothing
    yardstick: np.ndarray | None = None  # [R, D], pictures of all kinds: see `match_threshold.py`

    def __len__(self) -> int:
        return len(self.entries)
