"""What the service answers with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from backend.image_search.collection import Report
from backend.image_search.explanation import Query, Reasons
from backend.image_search.match_threshold import Standing
from backend.image_search.matrix import Matrix
from backend.image_search.projection import Plane
from backend.image_search.request import SearchRequest
from backend.image_search.vector_index import Entry, Shelf
from backend.run import RunCard


@dataclass(frozen=True)
class Hit:
    """One picture of an answer."""

    rank: int  # from 1, by likeness, however the answer is sorted
    place: int  # on the shelf
    entry: Entry
    cosine: float
    share: float  # of the softmax over the shelf
    good: bool  # whether it stands out
    parts: tuple[float, ...]  # what each term adds to the cosine


@dataclass(frozen=True)
class Answer:
    """A finished search. `values` are the cosines of the whole shelf."""

    request: SearchRequest
    hits: tuple[Hit, ...]
    standing: Standing
    shelf: Shelf
    query: Query
    values: np.ndarray
    card: RunCard

    @cached_property
    def matches(self) -> bool:
        """Whether anything matches well."""
        return any(hit.good for hit in self.hits)


@dataclass(frozen=True)
class Explained:
    """An answer's reasons."""

    answer: Answer
    reasons: Reasons
    card: RunCard


@dataclass(frozen=True)
class Indexed:
    """A finished indexing."""

    report: Report
    duplicates: tuple[tuple[str, ...], ...]
    card: RunCard


@dataclass(frozen=True)
class Compared:
    """Captions against pictures; `names` are the pictures'."""

    matrix: Matrix
    names: tuple[str, ...]
    thumbnails: tuple[bytes, ...]  # small JPEGs
    card: RunCard


@dataclass(frozen=True)
class Mapped:
    """A shelf on a plane: places [N, 2], and those of the query's terms and its whole."""

    plane: Plane
    shelf: Shelf
    places: np.ndarray
    texts: tuple[str, ...]
    text_places: np.ndarray
    card: RunCard
