"""A shelf in two dimensions: principal components, with a query and its terms on the same plane.

Pictures and texts of such models lie in two separate clouds (Liang et al. 2022), so a text's own
place on the pictures' plane would say little: it stands amid the pictures that it is most like.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

MOST = 5000  # pictures whose spread decides the plane; all are drawn


@dataclass(frozen=True)
class Plane:
    """Two directions and a middle: where a vector falls."""

    middle: np.ndarray  # [D]
    directions: np.ndarray  # [2, D]
    explained: float  # share of the pictures' variance that the plane shows

    def place(self, vectors: np.ndarray) -> np.ndarray:
        """[N, 2] of vectors [N, D]."""
        return (vectors - self.middle) @ self.directions.T


def plane_of(vectors: np.ndarray) -> Plane:
    """The plane on which vectors [N, D] differ most. Its signs are settled: no run mirrors it."""
    sample = vectors[:: max(1, len(vectors) // MOST)].astype(np.float64)
    middle = sample.mean(0)
    _, sizes, directions = np.linalg.svd(sample - middle, full_matrices=False)
    flat = np.zeros((2, vectors.shape[1]))
    flat[: min(2, len(directions))] = directions[:2]
    largest = np.abs(flat).argmax(1)
    flat *= np.where(flat[np.arange(2), largest] < 0, -1, 1)[:, None]
    explained = float((sizes[:2] ** 2).sum() / max((sizes**2).sum(), 1e-12))
    return Plane(middle, flat, explained)


def texts_among(
    plane: Plane, texts: np.ndarray, pictures: np.ndarray, nearest: int = 5
) -> np.ndarray:
    """[T, 2]: each text in the middle of the pictures that it is most like, weighted by rank."""
    likeness = texts @ pictures.T
    places = plane.place(pictures)
    count = min(nearest, len(pictures))
    order = np.argsort(-likeness, axis=1, kind="stable")[:, :count]
    weights = 1 / np.arange(1, count + 1)
    return (places[order] * weights[:, None]).sum(1) / weights.sum()
