"""Scores as plain functions over arrays: one query against many pictures, exactly.

Vectors are float32 rows of length one. Time and memory grow linearly with their number: a query
reads every vector once, which for a million of them is what the memory's speed allows.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from backend.errors import InputError

MIN_NORM = 1e-3  # of the sum of all terms; below it they cancel each other out


def unit(vectors: np.ndarray) -> np.ndarray:
    """Rows [..., D] scaled to length one, float32."""
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return (vectors / np.maximum(norms, 1e-12)).astype(np.float32)


def combine(vectors: np.ndarray, weights: Sequence[float]) -> np.ndarray:
    """The query [D] of terms [T, D] of length one: their weighted sum, scaled to length one.

    Raises InputError where the terms cancel each other out.
    """
    total = np.asarray(weights, np.float64) @ vectors.astype(np.float64)
    if np.linalg.norm(total) < MIN_NORM:
        raise InputError("terms_cancel")
    return unit(total)


def shares(vectors: np.ndarray, weights: Sequence[float], picture: np.ndarray) -> np.ndarray:
    """What each of the terms [T, D] adds to the cosine of a picture [D] with the query: [T], which
    sums to that cosine."""
    weighted = np.asarray(weights, np.float64)[:, None] * vectors
    return weighted @ picture / np.linalg.norm(weighted.sum(0))


def softmax(values: np.ndarray, temperature: float, axis: int = -1) -> np.ndarray:
    """Shares that sum to 1 along the axis; the lower the temperature, the more the largest values
    get."""
    scaled = values.astype(np.float64) / temperature
    odds = np.exp(scaled - scaled.max(axis=axis, keepdims=True))
    return odds / odds.sum(axis=axis, keepdims=True)


def best(values: np.ndarray, count: int) -> np.ndarray:
    """Indices of the `count` largest of values [N], largest first; ties keep their order."""
    count = min(count, len(values))
    if count == 0:
        return np.zeros(0, np.int64)
    edge = np.partition(values, len(values) - count)[len(values) - count]
    places = np.flatnonzero(values >= edge)
    return places[np.argsort(-values[places], kind="stable")][:count]


def nearest(vectors: np.ndarray, query: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Exact search: indices and cosines of the `count` vectors of [N, D] most similar to [D]."""
    cosines = vectors @ query
    places = best(cosines, count)
    return places, cosines[places]
