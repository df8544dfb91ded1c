"""Why a picture matched: what each word did, what each term adds, where in the picture, and which
other names it is similar to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from backend.image_search.labels import Label
from backend.image_search.match_threshold import NULL_TEXTS
from backend.image_search.query import Term
from backend.image_search.scores import combine
from backend.parts import Parts
from backend.words import without, words_of

if TYPE_CHECKING:
    from PIL.Image import Image

    from backend.models.search_encoder.model import SearchEncoder

MAX_WORDS = 40
MAX_MAPS = 24  # hits that get one


@dataclass(frozen=True)
class Word:
    """A word of a query: of which term, and its number in that term."""

    term: int
    number: int
    text: str


@dataclass(frozen=True)
class Reasons:
    """For the H hits of a ranking, in their order."""

    words: tuple[Word, ...]
    changes: np.ndarray  # [W, H]: the hit's cosine minus its cosine without the word
    labels: tuple[tuple[tuple[Label, float], ...], ...]  # of each hit, with cosines
    maps: np.ndarray | None  # [<= H, side, side], 0 to 1; None where the tower has no known map


@dataclass(frozen=True)
class EncodedQuery:
    """The T terms as vectors [T, D] with their weights, and the weighted sum [D] of length one."""

    vectors: np.ndarray
    weights: tuple[float, ...]
    vector: np.ndarray


def words_in(terms: Sequence[Term]) -> tuple[Word, ...]:
    """The words of all terms that have letters or digits, at most MAX_WORDS of them."""
    found = [
        Word(place, number, word.text)
        for place, term in enumerate(terms)
        for number, word in enumerate(words_of(term.text))
        if any(map(str.isalnum, word.text))
    ]
    return tuple(found[:MAX_WORDS])


def word_changes(
    encoder: SearchEncoder,
    terms: Sequence[Term],
    words: Sequence[Word],
    query: EncodedQuery,
    hits: np.ndarray,
    check: Callable[[], None] = lambda: None,
) -> Parts[np.ndarray]:
    """[W, H]: by how much the cosine of each hit, a vector of [H, D], falls without each word.

    A term of one word is left out whole. If nothing else is left, a text that says nothing takes
    its place.
    """
    if not words:
        return np.zeros((0, len(hits)), np.float32)
    texts = [_text_without(terms, word) for word in words]
    encoded = [text or NULL_TEXTS[0] for text in texts]
    vectors = (yield from encoder.encode_texts_in_parts(encoded, check)).numpy()
    cosines = hits @ query.vector
    rows = []
    for word, text, vector in zip(words, texts, vectors, strict=True):
        weights = list(query.weights)
        if not text and len(weights) > 1:
            weights[word.term] = 0.0
        swapped = query.vectors.copy()
        swapped[word.term] = vector
        rows.append(cosines - hits @ combine(swapped, weights))
    return np.stack(rows)


def maps(
    encoder: SearchEncoder,
    pictures: Sequence[Image],
    query: np.ndarray,
    check: Callable[[], None] = lambda: None,
) -> Parts[np.ndarray | None]:
    """Where in the first MAX_MAPS pictures the cosine with the query [D] comes from:
    [H, side, side], 0 to 1."""
    import torch

    from backend.models.search_encoder.regions import regions

    parts = regions(encoder, pictures[:MAX_MAPS], torch.from_numpy(query), check)
    found = yield from parts
    return None if found is None else found.numpy()


def _text_without(terms: Sequence[Term], word: Word) -> str:
    text = terms[word.term].text
    return without(text, words_of(text), [word.number])
