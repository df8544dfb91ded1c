"""All that the image search tab and its endpoints can do, over one backend.

Runs are streams: `Progress` until there is a result. Their input is checked before they start.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from backend import Backend
from backend.errors import InputError
from backend.image_search import collection
from backend.image_search.index_cache import IndexCache
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
from backend.operation import Operation
from backend.run import Progress

TASK = "image_search"


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
        asked = Operation(
            TASK,
            "image_search.search",
            (request, visitor),
            cacheable=request.is_for_all,
            identity=request,
            is_local=request.scope.store is not None,
            hint=self._indexes,
        )
        return self.backend.perform(asked, model, visitor)

    def explain(self, result: SearchResult, visitor: str) -> Iterator[Progress | ExplainedResult]:
        """Why the hits of a result matched, by the model that found them."""
        request = result.ranking.request
        asked = Operation(
            TASK,
            "image_search.explain",
            result,
            cacheable=request.is_for_all,
            identity=request,
            is_local=request.scope.store is not None,
        )
        run = self.backend.perform(asked, result.card.spec.id, visitor)
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
        given = lines, names, pictures, checked
        return self.backend.perform(Operation(TASK, "image_search.compare", given), model, visitor)

    def map(
        self, scope: Scope, query: object, visitor: str, model: str = ""
    ) -> Iterator[Progress | PictureMap]:
        """An index in two dimensions, with the query's terms among its pictures."""
        texts = check_map_words(query)
        asked = Operation(
            TASK,
            "image_search.map",
            (scope, texts, visitor),
            cacheable=scope.store is None,
            identity=texts,
            is_local=scope.store is not None,
            hint=self._indexes,
        )
        return self.backend.perform(asked, model, visitor)

    def _indexed(
        self, scope: Scope, paths: list[tuple[str, Path]], visitor: str, model: str
    ) -> Iterator[Progress | IndexingResult]:
        """Duplicates are looked for when the device is free for others again."""
        indexed: Indexed | None = None
        with self.backend.together(visitor) as job:
            given = scope, paths, visitor
            asked = Operation(TASK, "image_search.index", given, is_local=True, hint=self._indexes)
            for update in self.backend.perform(asked, model, visitor):
                if isinstance(update, Progress):
                    yield update
                else:
                    indexed = update
            if indexed is None:
                return
            groups = collection.duplicates(indexed.index.entries, indexed.index.vectors, job.check)
            yield IndexingResult(indexed.report, tuple(groups), indexed.card)
