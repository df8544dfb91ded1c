"""Why a picture matched: what each word did, what each term adds, where in the picture, what else
it looks like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from backend.image_search.labels import Label
from backend.image_search.query import Term
from backend.image_search.scores import combine
from backend.words import without, words_of

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_WORDS = 40
MOST_MAPS = 24  # hits that get one


@dataclass(frozen=True)
class Word:
    """A word of a query: of which term, and where in it."""

    term: int
    number: int
    text: str


@dataclass(frozen=True)
class Reasons:
    """Of a result's hits, in their order."""

    words: tuple[Word, ...]
    changes: np.ndarray  # [W, H]: the hit's cosine less what it is without the word
    labels: tuple[tuple[tuple[Label, float], ...], ...]  # of each hit
    maps: np.ndarray | None  # [<= H, side, side], 0 to 1; None where the tower has no known map


@dataclass(frozen=True)
class Query:
    """The terms as vectors [T, D] with weights, their sum [D], and what says nothing."""

    vectors: np.ndarray
    weights: tuple[float, ...]
    vector: np.ndarray
    null_text: str


def words_in(terms: Sequence[Term]) -> tuple[Word, ...]:
    """The words of all terms that have letters or digits, the first MOST_WORDS of them."""
    found = [
        Word(place, number, word.text)
        for place, term in enumerate(terms)
        for number, word in enumerate(words_of(term.text))
        if any(map(str.isalnum, word.text))
    ]
    return tuple(found[:MOST_WORDS])


def changes(
    encoder: Any, terms: Sequence[Term], words: Sequence[Word], query: Query, hits: np.ndarray
) -> np.ndarray:
    """[W, H]: by how much each hit's cosine falls when a word is left out of the query.

    `hits` are vectors [H, D]. A term of one word is left out whole; where nothing is left, a text
    that says nothing stands in for it.
    """
    if not words:
        return np.zeros((0, len(hits)), np.float32)
    texts = [_left(terms, word) for word in words]
    vectors = encoder.encode_texts([text or query.null_text for text in texts]).numpy()
    now = hits @ query.vector
    rows = []
    for word, text, vector in zip(words, texts, vectors, strict=True):
        weights = list(query.weights)
        if not text and len(weights) > 1:
            weights[word.term] = 0.0
        swapped = query.vectors.copy()
        swapped[word.term] = vector
        rows.append(now - hits @ combine(swapped, weights))
    return np.stack(rows)


def maps(encoder: Any, pictures: Sequence[Image], query: np.ndarray) -> np.ndarray | None:
    """Where in the pictures the likeness to the query [D] comes from: [H, side, side]."""
    import torch

    from backend.models.search_encoder.regions import regions

    found = regions(encoder, pictures[:MOST_MAPS], torch.from_numpy(query))
    return None if found is None else found.numpy()


def _left(terms: Sequence[Term], word: Word) -> str:
    text = terms[word.term].text
    return without(text, words_of(text), [word.number])
