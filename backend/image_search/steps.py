"""The tab's runs as the backend does them: (model, run, *arguments) -> results.

Indexes are the run's hint; where it has none they are made for this run.
"""

from __future__ import annotations

import io
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING

from backend.image_search import collection, vector_cache
from backend.image_search.index_cache import IndexCache, encoding
from backend.image_search.matrix import caption_matrix
from backend.image_search.projection import place_texts, principal_components
from backend.image_search.ranking import explain, notes_on, rank
from backend.image_search.request import SearchRequest
from backend.image_search.results import (
    Comparison,
    ExplainedResult,
    Indexed,
    PictureMap,
    SearchResult,
)
from backend.image_search.scope import Scope
from backend.image_search.vector_index import VectorIndex
from backend.messages import message
from backend.pictures import shrink
from backend.run import Progress, Run

if TYPE_CHECKING:
    from PIL.Image import Image

    from backend.models.search_encoder.model import SearchEncoder

THUMBNAIL_SIDE = 96  # pixels


def search(
    encoder: SearchEncoder, run: Run, request: SearchRequest, visitor: str
) -> Generator[Progress | SearchResult, None, None]:
    """The pictures most similar to the request."""
    index = yield from _index_of(encoder, run, request.scope, visitor)
    ranking = rank(encoder, request, index)
    notes = notes_on(encoder, request)
    yield SearchResult(ranking, run.card(notes, {"pictures": len(index)}))


def explain_hits(
    encoder: SearchEncoder, run: Run, result: SearchResult
) -> Generator[Progress | ExplainedResult, None, None]:
    """Why the hits of a result matched."""
    yield run.progress(message("explaining"))
    ranking = result.ranking
    pictures = []
    for picture in ranking.request.scope.pictures(hit.entry.key for hit in ranking.hits):
        yield from run.pause()
        pictures.append(picture)
    parts = explain(encoder, run.spec, ranking, pictures, run.job.check)
    reasons = yield from run.in_parts(parts)
    yield ExplainedResult(result, reasons, run.card((), {}))


def index(
    encoder: SearchEncoder, run: Run, scope: Scope, paths: list[tuple[str, Path]], visitor: str
) -> Generator[Progress | Indexed, None, None]:
    """Pictures added to a collection."""
    assert scope.store is not None
    model = vector_cache.identity_of(run.spec)
    for update in collection.index_files(
        scope.store, scope.name, paths, encoder, model, run.job.check
    ):
        if isinstance(update, collection.IndexingReport):
            report = update
        else:
            yield run.progress(encoding(update.done, update.total, update.seconds))
    made = yield from _index_of(encoder, run, scope, visitor)
    figures = {"pictures": len(made), "pictures_per_second": report.rate}
    yield Indexed(report, made, run.card((), figures))


def map_index(
    encoder: SearchEncoder, run: Run, scope: Scope, texts: tuple[str, ...], visitor: str
) -> Generator[Progress | PictureMap, None, None]:
    """An index in two dimensions, with texts among its pictures."""
    index = yield from _index_of(encoder, run, scope, visitor)
    projection = principal_components(index.vectors)
    vectors = encoder.encode_texts(texts).numpy()
    text_places = place_texts(projection, vectors, index.vectors)
    places = projection.project(index.vectors)
    card = run.card(encoder.notes_on_texts(texts), {"pictures": len(index)})
    yield PictureMap(scope, projection, index, places, texts, text_places, card)


def compare(
    encoder: SearchEncoder,
    run: Run,
    captions: tuple[str, ...],
    names: tuple[str, ...],
    pictures: list[Image],
    temperature: float,
) -> Generator[Progress | Comparison, None, None]:
    """Captions against pictures."""
    yield run.progress(message("reading"))
    parts = caption_matrix(encoder, captions, pictures, temperature, run.job.check)
    matrix = yield from run.in_parts(parts)
    card = run.card(encoder.notes_on_texts(captions), {})
    yield Comparison(matrix, names, tuple(map(_thumbnail, pictures)), card)


def _index_of(
    encoder: SearchEncoder, run: Run, scope: Scope, visitor: str
) -> Generator[Progress, None, VectorIndex]:
    indexes: IndexCache = run.hint or IndexCache()
    return (yield from indexes.get(encoder, scope, run, visitor))


def _thumbnail(picture: Image) -> bytes:
    buffer = io.BytesIO()
    shrink(picture, THUMBNAIL_SIDE).save(buffer, "JPEG", quality=85)
    return buffer.getvalue()
