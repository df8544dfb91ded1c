"""The tab's endpoints: all that the page does, as plain JSON. /search needs a query alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import gradio as gr

from backend.image_search.query import PICTURE_WEIGHT, SORT, TEMPERATURE, TOP
from backend.image_search.request import check_request, place_of
from backend.image_search.results import Answer, Compared, Explained, Indexed, Mapped
from backend.image_search.service import Search
from backend.image_search.store import Store, check_name
from backend.run import Progress
from demos.image_search.collections import named_path_of
from demos.shared.endpoints import with_api_errors
from demos.shared.handlers import RUNS, visitor_of

Json = dict[str, Any]


def add_endpoints(service: Search) -> None:
    """Add them to the page that is being built."""
    _add_search(service)
    _add_collections(service)
    _add_tables(service)


def _add_search(service: Search) -> None:
    def search(  # noqa: PLR0913, PLR0917 (the API names them all)
        request: gr.Request,
        query: str = "",
        picture: gr.FileData | None = None,
        top: int = int(TOP.default or 1),
        temperature: float = float(TEMPERATURE.default or 1),
        sort: str = SORT.default,
        picture_weight: float = float(PICTURE_WEIGHT.default or 1),
        collection: str = "",
        key: str = "",
        model: str = "",
        why: bool = False,
    ) -> Iterator[Json]:
        """The pictures most like a query: {"matches", "threshold", "hits", "run"}."""

        def steps() -> Iterator[Any]:
            asked = check_request(
                query,
                named_path_of(picture)[1] if picture else None,
                place_of(collection, key),
                top=top,
                temperature=temperature,
                sort=sort,
                picture_weight=picture_weight,
            )
            for update in service.search(asked, visitor_of(request), model):
                if why and isinstance(update, Answer):
                    found.append(update)
                else:
                    yield update
            if found:
                yield from service.explain(found[0], visitor_of(request))

        found: list[Answer] = []
        yield from _answer(steps(), _as_json)

    gr.api(search, api_name="search", **RUNS)


def _as_json(update: Answer | Explained) -> Json:
    if isinstance(update, Answer):
        return _search_json(update)
    plain, reasons = _search_json(update.answer), update.reasons
    for number, hit in enumerate(plain["hits"]):
        hit["words"] = [
            [word.text, float(reasons.changes[row, number])]
            for row, word in enumerate(reasons.words)
        ]
        hit["labels"] = [[label.english, value] for label, value in reasons.labels[number]]
        has_map = reasons.maps is not None and number < len(reasons.maps)
        hit["map"] = reasons.maps[number].tolist() if has_map else None  # type: ignore[index]
    return plain


def _search_json(answer: Answer) -> Json:
    return {
        "matches": answer.matches,
        "threshold": answer.standing.threshold,
        "median": answer.standing.middle,
        "pictures": len(answer.shelf),
        "hits": [
            {
                "rank": hit.rank,
                "name": hit.entry.name,
                "caption": hit.entry.english,
                "caption_zh": hit.entry.chinese,
                "cosine": hit.cosine,
                "share": hit.share,
                "good": hit.good,
                "terms": list(hit.parts),
            }
            for hit in answer.hits
        ],
        "run": answer.card.as_json(),
    }


def _add_collections(service: Search) -> None:
    def search_index(
        request: gr.Request,
        collection: str,
        files: list[gr.FileData],
        key: str,
        model: str = "",
    ) -> Iterator[Json]:
        """Add pictures or ZIPs to a collection; `key` is any secret of 16 to 64 letters and digits
        of yours, and opens it again."""

        def steps() -> Iterator[Any]:
            paths = [named_path_of(file) for file in files or ()]
            yield from service.index(key, collection, paths, visitor_of(request), model)

        yield from _answer(steps(), _index_json)

    def search_collections(key: str) -> Iterator[Json]:
        """The collections that the key opens, and how many pictures each has."""
        yield from with_api_errors(_lazily(lambda: dict(Store(key).collections())))

    def search_remove(collection: str, key: str) -> Iterator[Json]:
        """Delete a collection."""

        def work() -> Json:
            Store(key).remove(check_name(collection))
            return {"removed": check_name(collection)}

        yield from with_api_errors(_lazily(work))

    for endpoint in (search_index, search_collections, search_remove):
        gr.api(endpoint, api_name=endpoint.__name__, **RUNS)


def _index_json(done: Indexed) -> Json:
    report = done.report
    return {
        "collection": report.collection,
        "encoded": report.encoded,
        "unchanged": report.unchanged,
        "skipped": [[one.name, str(one.reason)] for one in report.skipped],
        "duplicates": [list(group) for group in done.duplicates],
        "run": done.card.as_json(),
    }


def _add_tables(service: Search) -> None:
    def search_matrix(
        request: gr.Request,
        captions: list[str],
        pictures: list[gr.FileData],
        template: str = "{}",
        temperature: float = float(TEMPERATURE.default or 1),
        model: str = "",
    ) -> Iterator[Json]:
        """Captions against pictures: cosines [caption][picture], and softmax both ways."""

        def steps() -> Iterator[Any]:
            paths = [named_path_of(file) for file in pictures or ()]
            yield from service.compare(
                "\n".join(map(str, captions or ())), paths, visitor_of(request), template,
                temperature, model,
            )  # fmt: skip

        yield from _answer(steps(), _matrix_json)

    def search_map(
        request: gr.Request, words: str = "", collection: str = "", key: str = "", model: str = ""
    ) -> Iterator[Json]:
        """Places of all pictures in two dimensions, and of the words among them."""

        def steps() -> Iterator[Any]:
            yield from service.map(place_of(collection, key), words, visitor_of(request), model)

        yield from _answer(steps(), _map_json)

    for endpoint in (search_matrix, search_map):
        gr.api(endpoint, api_name=endpoint.__name__, **RUNS)


def _matrix_json(done: Compared) -> Json:
    return {
        "captions": list(done.matrix.captions),
        "pictures": list(done.names),
        "cosines": done.matrix.cosines.tolist(),
        "by_picture": done.matrix.by_picture.tolist(),
        "by_caption": done.matrix.by_caption.tolist(),
        "run": done.card.as_json(),
    }


def _map_json(done: Mapped) -> Json:
    return {
        "explained": done.plane.explained,
        "pictures": {
            entry.name: place
            for entry, place in zip(done.shelf.entries, done.places.tolist(), strict=True)
        },
        "words": dict(zip(done.texts, done.text_places.tolist(), strict=True)),
        "run": done.card.as_json(),
    }


def _answer(stream: Iterator[Any], as_json: Callable[[Any], Json]) -> Iterator[Json]:
    """The one result as JSON; empty values meanwhile, so that a client that left is noticed."""
    for update in with_api_errors(stream):
        yield {} if isinstance(update, Progress) else as_json(update)


def _lazily(work: Callable[[], Json]) -> Iterator[Json]:
    yield work()
