"""All that the image search tab and its endpoints can do, over one backend.

Runs are streams: `Progress` until there is a result. Their input is checked before they start.
"""

from __future__ import annotations

import io
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from backend import Backend
from backend.errors import InputError
from backend.image_search import collection, vector_cache
from backend.image_search.index_cache import IndexCache, encoding
from backend.image_search.matrix import caption_matrix
from backend.image_search.projection import place_texts, principal_components
from backend.image_search.ranking import explain, notes_on, rank
from backend.image_search.request import (
    TEMPERATURE,
    SearchRequest,
    check_captions,
    check_map_words,
    check_pictures,
    check_temperature,
)
from backend.image_search.results import (
    Comparison,
    ExplainedResult,
    Indexed,
    IndexingResult,
    PictureMap,
    SearchResult,
)
from backend.image_search.scope import Scope, scope_of
from backend.image_search.sprite_sheet import SpriteSheet, sprite_sheet
from backend.image_search.store import Store, check_name
from backend.image_search.vector_index import Entry
from backend.messages import message
from backend.operation import Operation
from backend.pictures import shrink
from backend.run import Progress, Run

if TYPE_CHECKING:
    from PIL.Image import Image

    from backend.models.search_encoder.model import SearchEncoder

TASK = "image_search"
THUMBNAIL_SIDE = 96  # pixels


class ImageSearch:
    """Searches, their reasons, and a visitor's collections, which open with the visitor's key."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self._indexes = IndexCache()
        backend.forgets(self._indexes)

    def scope(self, collection: object, key: object) -> Scope:
        """Where to search: "" is the gallery, else one of the key's collections.

        Raises InputError for a bad name or key, or a collection that is not there.
        """
        return scope_of(collection, key)

    def collections(self, key: object) -> dict[str, int]:
        """The names of the key's collections, and how many pictures each has."""
        return Store(key).collections()

    def remove(self, name: object, key: object) -> str:
        """Delete a collection; its name as it was checked. Raises InputError if there is none."""
        checked = check_name(name)
        Store(key).remove(checked)
        return checked

    def export(self, name: object, key: object) -> bytes:
        """A collection as CSV. Raises InputError if there is none."""
        checked = check_name(name)
        return collection.as_csv(Store(key), checked)

    def sprite_sheet(self, scope: Scope, entries: Sequence[Entry]) -> SpriteSheet:
        """Small squares of the pictures. Raises KeyError if one is not there any more."""
        return sprite_sheet(scope.pictures(entry.key for entry in entries), len(entries))

    def search(
        self, request: SearchRequest, visitor: str, model: str = ""
    ) -> Iterator[Progress | SearchResult]:
        """The pictures most similar to the request."""
        asked = Operation(TASK, "image_search.search", request, cacheable=request.is_for_all)
        return self.backend.perform(
            asked, model, visitor, self._search, request, visitor, kind="short"
        )

    def explain(self, result: SearchResult, visitor: str) -> Iterator[Progress | ExplainedResult]:
        """Why the hits of a result matched, by the model that found them."""
        request = result.ranking.request
        asked = Operation(TASK, "image_search.explain", request, cacheable=request.is_for_all)
        run = self.backend.perform(asked, result.card.spec.id, visitor, self._explain, result)
        # Saved reasons are another visitor's, the search is this one's own.
        return (replace(u, result=result) if isinstance(u, ExplainedResult) else u for u in run)

    def index(
        self,
        key: object,
        name: object,
        paths: list[tuple[str, Path]],
        visitor: str,
        model: str = "",
    ) -> Iterator[Progress | IndexingResult]:
        """Add the pictures of files and ZIPs, (name, path), to a collection, new or not.

        Raises InputError for a bad key or name, or no files.
        """
        scope = Scope(check_name(name), Store(key))
        if not paths:
            raise InputError("no_pictures")
        return self._indexed(scope, paths, visitor, model)

    def compare(
        self,
        captions: object,
        paths: list[tuple[str, Path]],
        visitor: str,
        template: object = "{}",
        temperature: object = TEMPERATURE.default,
        model: str = "",
    ) -> Iterator[Progress | Comparison]:
        """Captions, one a line, against pictures. Raises InputError where any of them is bad."""
        lines, pictures = check_captions(captions, template), check_pictures(paths)
        names = tuple(name for name, _ in paths)
        checked = check_temperature(temperature)
        return self.backend.run(TASK, model, visitor, _compare, lines, names, pictures, checked)

    def map(
        self, scope: Scope, query: object, visitor: str, model: str = ""
    ) -> Iterator[Progress | PictureMap]:
        """An index in two dimensions, with the query's terms among its pictures."""
        texts = check_map_words(query)
        asked = Operation(TASK, "image_search.map", texts, cacheable=scope.store is None)
        return self.backend.perform(
            asked, model, visitor, self._map, scope, texts, visitor, kind="short"
        )

    def _search(
        self, encoder: SearchEncoder, run: Run, request: SearchRequest, visitor: str
    ) -> Generator[Progress | SearchResult, None, None]:
        index = yield from self._indexes.get(encoder, request.scope, run, visitor)
        ranking = rank(encoder, request, index)
        notes = notes_on(encoder, request)
        yield SearchResult(ranking, run.card(notes, {"pictures": len(index)}))

    def _explain(
        self, encoder: SearchEncoder, run: Run, result: SearchResult
    ) -> Generator[Progress | ExplainedResult, None, None]:
        yield run.progress(message("explaining"))
        ranking = result.ranking
        pictures = []
        for picture in ranking.request.scope.pictures(hit.entry.key for hit in ranking.hits):
            yield from run.pause()
            pictures.append(picture)
        parts = explain(encoder, run.spec, ranking, pictures, run.job.check)
        reasons = yield from run.in_parts(parts)
        yield ExplainedResult(result, reasons, run.card((), {}))

    def _indexed(
        self, scope: Scope, paths: list[tuple[str, Path]], visitor: str, model: str
    ) -> Iterator[Progress | IndexingResult]:
        """Duplicates are looked for when the device is free for others again."""
        indexed: Indexed | None = None
        with self.backend.together(visitor) as job:
            run = self.backend.run(TASK, model, visitor, self._index, scope, paths, visitor)
            for update in run:
                if isinstance(update, Progress):
                    yield update
                else:
                    indexed = update
            if indexed is None:
                return
            groups = collection.duplicates(indexed.index.entries, indexed.index.vectors, job.check)
            yield IndexingResult(indexed.report, tuple(groups), indexed.card)

    def _index(
        self,
        encoder: SearchEncoder,
        run: Run,
        scope: Scope,
        paths: list[tuple[str, Path]],
        visitor: str,
    ) -> Generator[Progress | Indexed, None, None]:
        assert scope.store is not None
        model = vector_cache.identity_of(run.spec)
        for update in collection.index_files(
            scope.store, scope.name, paths, encoder, model, run.job.check
        ):
            if isinstance(update, collection.IndexingReport):
                report = update
            else:
                yield run.progress(encoding(update.done, update.total, update.seconds))
        index = yield from self._indexes.get(encoder, scope, run, visitor)
        figures = {"pictures": len(index), "pictures_per_second": report.rate}
        yield Indexed(report, index, run.card((), figures))

    def _map(
        self, encoder: SearchEncoder, run: Run, scope: Scope, texts: tuple[str, ...], visitor: str
    ) -> Generator[Progress | PictureMap, None, None]:
        index = yield from self._indexes.get(encoder, scope, run, visitor)
        projection = principal_components(index.vectors)
        vectors = encoder.encode_texts(texts).numpy()
        text_places = place_texts(projection, vectors, index.vectors)
        places = projection.project(index.vectors)
        card = run.card(encoder.note_on_control_tokens(texts), {"pictures": len(index)})
        yield PictureMap(scope, projection, index, places, texts, text_places, card)


def _compare(
    encoder: SearchEncoder,
    run: Run,
    captions: tuple[str, ...],
    names: tuple[str, ...],
    pictures: list[Image],
    temperature: float,
) -> Generator[Progress | Comparison, None, None]:
    yield run.progress(message("reading"))
    parts = caption_matrix(encoder, captions, pictures, temperature, run.job.check)
    matrix = yield from run.in_parts(parts)
    card = run.card(encoder.note_on_control_tokens(captions), {})
    yield Comparison(matrix, names, tuple(map(_thumbnail, pictures)), card)


def _thumbnail(picture: Image) -> bytes:
    buffer = io.BytesIO()
    shrink(picture, THUMBNAIL_SIDE).save(buffer, "JPEG", quality=85)
    return buffer.getvalue()
