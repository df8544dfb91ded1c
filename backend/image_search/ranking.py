"""One search over one shelf, and its reasons: the model's part and the arithmetic together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from backend.image_search import labels
from backend.image_search.explanation import Query, Reasons, changes, maps, words_in
from backend.image_search.match_threshold import NULL_TEXTS, standing
from backend.image_search.request import SearchRequest
from backend.image_search.results import Answer, Hit
from backend.image_search.scores import best, combine, cosines, shares, softmax
from backend.image_search.vector_index import Shelf
from backend.messages import Message, message
from backend.models.registry import ModelSpec
from backend.run import RunCard

MOSTLY = 0.5  # of a text's tokens unknown: it is not understood


def find(encoder: Any, request: SearchRequest, shelf: Shelf, card: Callable[[], RunCard]) -> Answer:
    """The `top` pictures of the shelf most like the request; `card` is asked when all is done."""
    query = as_query(encoder, request)
    values = cosines(shelf.vectors, query.vector)
    found = standing(values, shelf.null)
    chances = softmax(values, request.temperature)
    places = best(-values if request.sort == "worst" else values, request.top)
    ranks = {place: 1 + int((values > values[place]).sum()) for place in places}
    hits = [
        Hit(ranks[place], int(place), shelf.entries[place], float(values[place]),
            float(chances[place]), bool(values[place] >= found.threshold),
            tuple(map(float, shares(query.vectors, query.weights, shelf.vectors[place]))))
        for place in places
    ]  # fmt: skip
    if request.sort == "name":
        hits.sort(key=lambda hit: hit.entry.name)
    return Answer(request, tuple(hits), found, shelf, query, values, card())


def as_query(encoder: Any, request: SearchRequest) -> Query:
    """The request's terms as vectors, and their weighted sum."""
    vectors = encoder.encode_texts([term.text for term in request.terms]).numpy()
    if request.picture is not None:
        vectors = np.concatenate([vectors, encoder.encode_pictures([request.picture]).numpy()])
    weights = tuple(term.weight for term in request.parts)
    return Query(vectors, weights, combine(vectors, weights), NULL_TEXTS[0])


def notes_on(encoder: Any, request: SearchRequest) -> tuple[Message, ...]:
    """What was done to the texts: cut, or not understood."""
    notes = []
    for term in request.terms:
        tokens, limit = encoder.token_count(term.text)
        if tokens > limit:
            notes.append(message("kept_start", tokens=tokens, kept=limit))
        if encoder.unknown_share(term.text) > MOSTLY:
            notes.append(message("unknown_script", text=term.text[:40]))
    return tuple(notes)


def explain(encoder: Any, spec: ModelSpec, answer: Answer, pictures: list[Any]) -> Reasons:
    """Reasons for every hit of an answer; `pictures` are the hits', in their order."""
    request, query = answer.request, answer.query
    hits = answer.shelf.vectors[[hit.place for hit in answer.hits]]
    words = words_in(request.terms)
    names = labels.vectors_of(encoder, spec)
    return Reasons(
        words,
        changes(encoder, request.terms, words, query, hits),
        tuple(labels.nearest_labels(names, vector) for vector in hits),
        maps(encoder, pictures, query.vector),
    )
