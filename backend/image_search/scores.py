"""Scores as plain functions over arrays: one query against many pictures, exactly.

Vectors are float32 rows of length one. Time and memory grow linearly with their number: a query
reads every vector once, which for a million of them is what the memory's speed allows.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from backend.errors import InputError

LEAST_LENGTH = 1e-3  # of a sum of terms; below it they cancel each other out


def unit(vectors: np.ndarray) -> np.ndarray:
    """Rows [..., D] brought to length one, float32."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)


def combine(vectors: np.ndarray, weights: Sequence[float]) -> np.ndarray:
    """The query [D] of terms [T, D] of length one: their weighted sum, at length one.

    Raises InputError where the terms cancel out.
    """
    total = np.asarray(weights, np.float64) @ vectors.astype(np.float64)
    if np.linalg.norm(total) < LEAST_LENGTH:
        raise InputError("terms_cancel")
    return unit(total)


def shares(vectors: np.ndarray, weights: Sequence[float], picture: np.ndarray) -> np.ndarray:
    """What each term [T, D] adds to a picture's cosine with the query; their sum is the cosine."""
    weighted = np.asarray(weights, np.float64)[:, None] * vectors
    return weighted @ picture / np.linalg.norm(weighted.sum(0))


def cosines(vectors: np.ndarray, query: np.ndarray) -> np.ndarray:
    """[N] of vectors [N, D] and a query [D], all of length one."""
    return vectors @ query


def softmax(values: np.ndarray, temperature: float, axis: int = -1) -> np.ndarray:
    """Shares that sum to 1 along the axis; the lower the temperature, the more the best get."""
    scaled = values.astype(np.float64) / temperature
    odds = np.exp(scaled - scaled.max(axis=axis, keepdims=True))
    return odds / odds.sum(axis=axis, keepdims=True)


def best(values: np.ndarray, count: int) -> np.ndarray:
    """The places of the `count` largest values, largest first; equal ones in their order."""
    count = min(count, len(values))
    if count == 0:
        return np.zeros(0, np.int64)
    edge = np.partition(values, len(values) - count)[len(values) - count]
    places = np.flatnonzero(values >= edge)
    return places[np.argsort(-values[places], kind="stable")][:count]


def nearest(vectors: np.ndarray, query: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Places and cosines of the `count` vectors most like the query, exactly."""
    values = cosines(vectors, query)
    places = best(values, count)
    return places, values[places]
