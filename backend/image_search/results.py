"""What the service's runs give."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from backend.image_search.collection import IndexingReport
from backend.image_search.explanation import EncodedQuery, Reasons
from backend.image_search.match_threshold import MatchThreshold
from backend.image_search.matrix import CaptionMatrix
from backend.image_search.projection import Projection
from backend.image_search.request import SearchRequest
from backend.image_search.scope import Scope
from backend.image_search.vector_index import Entry, VectorIndex
from backend.run import RunCard


@dataclass(frozen=True)
class Hit:
    """One picture of a ranking."""

    rank: int  # from 1, by cosine, whatever the order on the page
    place: int  # in the index
    entry: Entry
    cosine: float
    share: float  # of the softmax over the index
    good: bool  # whether it reaches the match threshold
    parts: tuple[float, ...]  # what each term adds to the cosine


@dataclass(frozen=True)
class Ranking:
    """The best pictures of an index for a request."""

    request: SearchRequest
    index: VectorIndex
    query: EncodedQuery
    cosines: np.ndarray  # [N], of the whole index
    threshold: MatchThreshold
    hits: tuple[Hit, ...]

    @cached_property
    def matches(self) -> bool:
        """Whether anything matches well."""
        return any(hit.good for hit in self.hits)


@dataclass(frozen=True)
class SearchResult:
    """A finished search."""

    ranking: Ranking
    card: RunCard


@dataclass(frozen=True)
class ExplainedResult:
    """A search with the reasons for its hits."""

    result: SearchResult
    reasons: Reasons
    card: RunCard

    @property
    def ranking(self) -> Ranking:
        return self.result.ranking


@dataclass(frozen=True)
class Indexed:
    """Pictures added to a collection, and its index, in which duplicates are still to be found."""

    report: IndexingReport
    index: VectorIndex
    card: RunCard


@dataclass(frozen=True)
class IndexingResult:
    """Pictures added to a collection; `duplicates` are names of pictures that look the same."""

    report: IndexingReport
    duplicates: tuple[tuple[str, ...], ...]
    card: RunCard


@dataclass(frozen=True)
class Comparison:
    """Captions against pictures; `names` are the pictures'."""

    matrix: CaptionMatrix
    names: tuple[str, ...]
    thumbnails: tuple[bytes, ...]  # small JPEGs
    card: RunCard


@dataclass(frozen=True)
class PictureMap:
    """An index in two dimensions, with the query's texts among its pictures."""

    scope: Scope
    projection: Projection
    index: VectorIndex
    places: np.ndarray  # [N, 2], of the index's pictures
    texts: tuple[str, ...]
    text_places: np.ndarray  # [T, 2]
    card: RunCard
