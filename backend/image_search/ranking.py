"""One search over one index, and the reasons for its hits: encoder and arithmetic together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from backend.image_search import labels
from backend.image_search.explanation import EncodedQuery, Reasons, maps, word_changes, words_in
from backend.image_search.match_threshold import match_threshold
from backend.image_search.request import SearchRequest
from backend.image_search.results import Hit, Ranking
from backend.image_search.scores import best, combine, shares, softmax
from backend.image_search.vector_index import VectorIndex
from backend.messages import Message, message
from backend.models.registry import ModelSpec
from backend.parts import Parts
from backend.words import notes_on_words

if TYPE_CHECKING:
    from PIL.Image import Image

    from backend.models.search_encoder.model import SearchEncoder

MAX_UNKNOWN = 0.5  # share of unknown tokens above which a text is not understood
NOTE_CHARACTERS = 40  # of a text that a note quotes


def rank(encoder: SearchEncoder, request: SearchRequest, index: VectorIndex) -> Ranking:
    """The `top` pictures of the index for the request, in the order that it asks for."""
    query = encode_query(encoder, request)
    cosines = index.vectors @ query.vector
    usual = None if index.yardstick is None else index.yardstick @ query.vector
    level = level_of(encoder, request, len(cosines))
    threshold = match_threshold(cosines, index.null_cosine, usual, level)
    odds = softmax(cosines, request.temperature)
    places = best(-cosines if request.sort == "worst" else cosines, request.top)
    hits = [
        Hit(
            rank=1 + int((cosines > cosines[place]).sum()),
            place=int(place),
            entry=index.entries[place],
            cosine=float(cosines[place]),
            share=float(odds[place]),
            good=bool(cosines[place] >= threshold.value),
            parts=tuple(map(float, shares(query.vectors, query.weights, index.vectors[place]))),
        )
        for place in places
    ]
    if request.sort == "name":
        hits.sort(key=lambda hit: hit.entry.name)
    return Ranking(request, index, query, cosines, threshold, tuple(hits))


def level_of(encoder: SearchEncoder, request: SearchRequest, pictures: int) -> float | None:
    """From which cosine on a picture matches, where the encoder knows that of the request: of texts
    alone, and nothing taken away from them."""
    has_level = request.picture is None and all(term.weight > 0 for term in request.terms)
    if encoder.match_level is None or not has_level:
        return None
    in_gallery = request.scope.store is None
    return encoder.match_level([term.text for term in request.terms], pictures, in_gallery)


def encode_query(encoder: SearchEncoder, request: SearchRequest) -> EncodedQuery:
    """The request's terms as vectors, and their weighted sum.

    Raises InputError where the terms cancel each other out.
    """
    vectors = encoder.encode_texts([term.text for term in request.terms]).numpy()
    if request.picture is not None:
        vectors = np.concatenate([vectors, encoder.encode_pictures([request.picture]).numpy()])
    weights = tuple(term.weight for term in request.parts)
    return EncodedQuery(vectors, weights, combine(vectors, weights))


def notes_on(encoder: SearchEncoder, request: SearchRequest) -> tuple[Message, ...]:
    """Which texts were cut, and which the model does not understand; what counts as a word."""
    texts = [term.text for term in request.terms]
    notes = [*notes_on_words(*texts), *encoder.notes_on_texts(texts)]
    for term in request.terms:
        tokens, limit = encoder.token_count(term.text)
        if tokens > limit:
            notes.append(message("kept_start", tokens=tokens, kept=limit))
        if encoder.unknown_share(term.text) > MAX_UNKNOWN:
            notes.append(message("unknown_script", text=term.text[:NOTE_CHARACTERS]))
    return tuple(notes)


def explain(
    encoder: SearchEncoder,
    spec: ModelSpec,
    ranking: Ranking,
    pictures: Sequence[Image],
    check: Callable[[], None] = lambda: None,
) -> Parts[Reasons]:
    """Reasons for every hit of a ranking; `pictures` are the hits', in their order. `check` may
    raise before each part."""
    terms, query = ranking.request.terms, ranking.query
    hits = ranking.index.vectors[[hit.place for hit in ranking.hits]]
    words = words_in(terms)
    names = yield from labels.vectors_of(encoder, spec, check)
    changes = yield from word_changes(encoder, terms, words, query, hits, check)
    nearest = tuple(labels.nearest_labels(names, vector) for vector in hits)
    return Reasons(
        words, changes, nearest, (yield from maps(encoder, pictures, query.vector, check))
    )
