"""An index in two dimensions: the principal components of its pictures, with texts among them.

Pictures and texts of such models lie in two separate clouds (Liang et al. 2022), so a text's own
projection would say little: it is placed amid the pictures that it is most similar to.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

MAX_FITTED = 5000  # pictures that the components are computed from; all are projected


@dataclass(frozen=True)
class Projection:
    """From D dimensions to two."""

    mean: np.ndarray  # [D]
    components: np.ndarray  # [2, D], of length one, or zero where the pictures do not differ
    explained: float  # share of the pictures' variance in the two components

    def project(self, vectors: np.ndarray) -> np.ndarray:
        """Vectors [N, D] -> places [N, 2]."""
        return (vectors - self.mean) @ self.components.T


def principal_components(vectors: np.ndarray) -> Projection:
    """The two directions in which vectors [N, D] differ most (PCA, by singular values).

    A component's largest coordinate is positive, so that no run mirrors the picture.
    """
    sample = vectors[:: max(1, len(vectors) // MAX_FITTED)].astype(np.float64)
    mean = sample.mean(0)
    _, sizes, directions = np.linalg.svd(sample - mean, full_matrices=False)
    components = np.zeros((2, vectors.shape[1]))
    components[: min(2, len(directions))] = directions[:2]
    largest = np.abs(components).argmax(1)
    components *= np.where(components[np.arange(2), largest] < 0, -1, 1)[:, None]
    explained = float((sizes[:2] ** 2).sum() / max((sizes**2).sum(), 1e-12))
    return Projection(mean, components, explained)


def place_texts(
    projection: Projection, texts: np.ndarray, pictures: np.ndarray, nearest: int = 5
) -> np.ndarray:
    """Places [T, 2] of texts [T, D]: each the mean place of its `nearest` pictures of [N, D],
    weighted by 1 / rank."""
    cosines = texts @ pictures.T
    places = projection.project(pictures)
    count = min(nearest, len(pictures))
    order = np.argsort(-cosines, axis=1, kind="stable")[:, :count]
    weights = 1 / np.arange(1, count + 1)
    return (places[order] * weights[:, None]).sum(1) / weights.sum()
