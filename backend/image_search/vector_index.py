"""A shelf: pictures in an order, with one model's vectors of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Entry:
    """One picture: where its shelf finds it, what it is called, what people say of it."""

    key: str  # a file of the gallery, or the hash of a visitor's picture
    name: str
    english: str = ""
    chinese: str = ""


@dataclass(frozen=True)
class Shelf:
    """Entries and their vectors, float32 [N, D] of length one, made by the model `model`."""

    entries: tuple[Entry, ...]
    vectors: np.ndarray
    model: str  # identity of its weights: vectors of two models are never mixed
    null: float  # the best cosine of any of them with a text that says nothing

    def __len__(self) -> int:
        return len(self.entries)
