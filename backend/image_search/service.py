"""What the image search tab and its endpoints can ask for, as streams of progress and results.

Every method checks its input first, then runs on the backend: `Progress` until there is a result.
"""

from __future__ import annotations

import io
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from backend import Backend
from backend.errors import InputError
from backend.image_search import gallery
from backend.image_search.index_cache import Shelves, encoding
from backend.image_search.matrix import MOST, check_captions
from backend.image_search.query import TEMPERATURE, parse_query
from backend.image_search.request import SearchRequest, Where
from backend.image_search.results import Answer, Compared, Explained, Indexed, Mapped
from backend.image_search.store import Store, check_name
from backend.messages import Message, message
from backend.pictures import read_picture, shrink
from backend.run import Progress, Run, RunCard

TASK = "image_search"
THUMBNAIL = 96  # pixels

Steps = Generator[Any, None, None]


class Search:
    """All that the tab does, over one backend."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.shelves = Shelves()

    def search(
        self, request: SearchRequest, visitor: str, model: str = ""
    ) -> Iterator[Progress | Answer]:
        """The pictures most like the request."""
        work = lambda encoder, run: self._search(encoder, request, run)  # noqa: E731
        yield from self.backend.run(TASK, model, visitor, work)

    def explain(self, answer: Answer, visitor: str) -> Iterator[Progress | Explained]:
        """Why its hits matched; asks the model that answered."""
        work = lambda encoder, run: self._explain(encoder, answer, run)  # noqa: E731
        yield from self.backend.run(TASK, answer.card.spec.id, visitor, work)

    def index(
        self,
        key: object,
        name: object,
        paths: list[tuple[str, Path]],
        visitor: str,
        model: str = "",
    ) -> Iterator[Progress | Indexed]:
        """Add pictures to a visitor's collection."""
        store, called = Store(key), check_name(name)
        if not paths:
            raise InputError("no_pictures")
        work = lambda encoder, run: self._index(encoder, store, called, paths, run)  # noqa: E731
        yield from self.backend.run(TASK, model, visitor, work)

    def compare(
        self,
        captions: object,
        paths: list[tuple[str, Path]],
        visitor: str,
        template: object = "{}",
        temperature: object = TEMPERATURE.default,
        model: str = "",
    ) -> Iterator[Progress | Compared]:
        """Captions against pictures. One bad picture is an error: none shifts the others."""
        lines = check_captions(captions, template)
        if not paths:
            raise InputError("no_pictures")
        if len(paths) > MOST:
            raise InputError("too_many_pictures", count=len(paths), limit=MOST)
        sharp = float(TEMPERATURE.check(temperature) or 1)
        pictures = [read_picture(path, name) for name, path in paths]
        names = tuple(name for name, _ in paths)
        work = lambda encoder, run: _compare(encoder, lines, names, pictures, sharp, run)  # noqa: E731
        yield from self.backend.run(TASK, model, visitor, work)

    def map(
        self, where: Where, query: object, visitor: str, model: str = ""
    ) -> Iterator[Progress | Mapped]:
        """A shelf in two dimensions, with the query's terms on it."""
        terms = parse_query(query)
        texts = tuple(dict.fromkeys(term.text for term in terms))
        work = lambda encoder, run: self._map(encoder, where, texts, run)  # noqa: E731
        yield from self.backend.run(TASK, model, visitor, work)

    def _search(self, encoder: Any, request: SearchRequest, run: Run) -> Steps:
        from backend.image_search.ranking import find, notes_on

        shelf = yield from self.shelves.get(encoder, request.where, run)
        notes = notes_on(encoder, request)
        yield find(encoder, request, shelf, lambda: card(run, notes, pictures=len(shelf)))

    def _explain(self, encoder: Any, answer: Answer, run: Run) -> Steps:
        from backend.image_search.decoding import decoded
        from backend.image_search.ranking import explain

        yield run.progress(message("explaining"))
        pictures = list(decoded(answer.request.where, [hit.entry.key for hit in answer.hits]))
        yield Explained(answer, explain(encoder, run.spec, answer, pictures), card(run))

    def _index(
        self, encoder: Any, store: Store, name: str, paths: list[tuple[str, Path]], run: Run
    ) -> Steps:
        from backend.image_search.collection import Report, duplicates, index

        model = gallery.identity(run.spec)
        for update in index(store, name, paths, encoder, model, run.job.check):
            if isinstance(update, Report):
                report = update
            else:
                yield run.progress(encoding(update.done, update.total, update.seconds))
        shelf = yield from self.shelves.get(encoder, Where(name, store), run)
        doubles = tuple(duplicates(shelf.entries, shelf.vectors))
        figures = {"pictures": len(shelf), "pictures_per_second": report.rate}
        yield Indexed(report, doubles, card(run, (), **figures))

    def _map(self, encoder: Any, where: Where, texts: tuple[str, ...], run: Run) -> Steps:
        from backend.image_search.projection import plane_of, texts_among

        shelf = yield from self.shelves.get(encoder, where, run)
        plane = plane_of(shelf.vectors)
        vectors = encoder.encode_texts(texts).numpy()
        places = texts_among(plane, vectors, shelf.vectors)
        yield Mapped(plane, shelf, plane.place(shelf.vectors), texts, places,
                     card(run, (), pictures=len(shelf)))  # fmt: skip


def card(run: Run, notes: tuple[Message, ...] = (), **figures: Any) -> RunCard:
    """The card; the encoders run in float32 on every device."""
    run = replace(run, device=replace(run.device, dtype="float32"))
    return run.card(notes, figures)


def _compare(
    encoder: Any, captions: tuple[str, ...], names: tuple[str, ...], pictures: list[Any],
    temperature: float, run: Run,
) -> Steps:  # fmt: skip
    from backend.image_search.matrix import matrix

    yield run.progress(message("reading"))
    found = matrix(encoder, captions, pictures, temperature)
    yield Compared(found, names, tuple(map(_thumbnail, pictures)), card(run))


def _thumbnail(picture: Any) -> bytes:
    buffer = io.BytesIO()
    shrink(picture, THUMBNAIL).save(buffer, "JPEG", quality=85)
    return buffer.getvalue()
