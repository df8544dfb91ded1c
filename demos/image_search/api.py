"""The tab's endpoints: all that the page does, as plain JSON. /search needs a query alone."""

from __future__ import annotations

from collections.abc import Iterator

import gradio as gr

from backend.errors import InputError
from backend.image_search.labels import in_language
from backend.image_search.request import (
    PICTURE_WEIGHT,
    SORT,
    TEMPERATURE,
    TOP,
    SearchRequest,
    check_request,
)
from backend.image_search.results import (
    Comparison,
    ExplainedResult,
    IndexingResult,
    PictureMap,
    SearchResult,
)
from backend.image_search.service import ImageSearch
from backend.run import Progress
from backend.text import shown
from demos.shared.endpoints import Json, add, answers
from demos.shared.files import named_path_of, named_paths_of
from demos.shared.handlers import visitor_of


def add_endpoints(service: ImageSearch) -> None:
    """Add them to the page that is being built."""
    _add_search(service)
    _add_index(service)
    _add_collections(service)
    _add_matrix(service)
    _add_map(service)


def _add_search(service: ImageSearch) -> None:
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

        def steps() -> Iterator[Progress | SearchResult | ExplainedResult]:
            path = named_path_of(picture)[1] if picture else None
            asked = check_request(
                query, path, service.scope(collection, key), top=top, temperature=temperature,
                sort=sort, picture_weight=picture_weight,
            )  # fmt: skip
            run = _search_and_explain if why else ImageSearch.search
            yield from run(service, asked, visitor_of(request), model)

        yield from answers(steps, _search_json)

    add(search)


def _search_and_explain(
    service: ImageSearch, asked: SearchRequest, visitor: str, model: str
) -> Iterator[Progress | ExplainedResult]:
    for update in service.search(asked, visitor, model):
        if isinstance(update, Progress):
            yield update
        else:
            found = update
    yield from service.explain(found, visitor)


def _search_json(update: SearchResult | ExplainedResult) -> Json:
    if isinstance(update, SearchResult):
        return _ranking_json(update)
    plain, reasons = _ranking_json(update.result), update.reasons
    maps = [] if reasons.maps is None else reasons.maps.tolist()
    for number, hit in enumerate(plain["hits"]):
        hit["words"] = [
            [word.text, float(change)]
            for word, change in zip(reasons.words, reasons.changes[:, number], strict=True)
        ]
        hit["labels"] = [list(named) for named in in_language(reasons.labels[number])]
        hit["map"] = maps[number] if number < len(maps) else None
    return plain


def _ranking_json(result: SearchResult) -> Json:
    ranking = result.ranking
    return {
        "matches": ranking.matches,
        "threshold": ranking.threshold.value,
        "median": ranking.threshold.median,
        "pictures": len(ranking.index),
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
            for hit in ranking.hits
        ],
        "run": result.card.as_json(),
    }


def _add_index(service: ImageSearch) -> None:
    def search_index(
        request: gr.Request,
        collection: str,
        files: list[gr.FileData],
        key: str,
        model: str = "",
    ) -> Iterator[Json]:
        """Add pictures or ZIPs to a collection; `key` is any secret of 16 to 64 letters and digits
        of yours, and opens it again."""

        def steps() -> Iterator[Progress | IndexingResult]:
            paths = named_paths_of(files, "files")
            yield from service.index(key, collection, paths, visitor_of(request), model)

        yield from answers(steps, _index_json)

    add(search_index)


def _index_json(done: IndexingResult) -> Json:
    report = done.report
    return {
        "collection": report.collection,
        "encoded": report.encoded,
        "unchanged": report.unchanged,
        "skipped": [[one.name, str(one.reason)] for one in report.skipped],
        "replaced": list(report.replaced),
        "duplicates": [list(group) for group in done.duplicates],
        "run": done.card.as_json(),
    }


def _add_collections(service: ImageSearch) -> None:
    def search_collections(key: str) -> Iterator[Json]:
        """The collections that the key opens, and how many pictures each has."""

        def steps() -> Iterator[Json]:
            yield dict(service.collections(key))

        yield from answers(steps, dict)

    def search_remove(collection: str, key: str) -> Iterator[Json]:
        """Delete a collection."""

        def steps() -> Iterator[Json]:
            yield {"removed": service.remove(collection, key)}

        yield from answers(steps, dict)

    add(search_collections, search_remove)


def _add_matrix(service: ImageSearch) -> None:
    def search_matrix(
        request: gr.Request,
        captions: list[str],
        pictures: list[gr.FileData],
        template: str = "{}",
        temperature: float = float(TEMPERATURE.default or 1),
        model: str = "",
    ) -> Iterator[Json]:
        """Captions against pictures: cosines [caption][picture], and softmax both ways."""

        def steps() -> Iterator[Progress | Comparison]:
            if captions is not None and not isinstance(captions, list):
                raise InputError("not_a_list", name="captions", value=shown(captions))
            lines = "\n".join(map(str, captions or ()))
            paths = named_paths_of(pictures, "pictures")
            visitor = visitor_of(request)
            yield from service.compare(lines, paths, visitor, template, temperature, model)

        yield from answers(steps, _matrix_json)

    add(search_matrix)


def _matrix_json(done: Comparison) -> Json:
    return {
        "captions": list(done.matrix.captions),
        "pictures": list(done.names),
        "cosines": done.matrix.cosines.tolist(),
        "by_picture": done.matrix.by_picture.tolist(),
        "by_caption": done.matrix.by_caption.tolist(),
        "run": done.card.as_json(),
    }


def _add_map(service: ImageSearch) -> None:
    def search_map(
        request: gr.Request, words: str = "", collection: str = "", key: str = "", model: str = ""
    ) -> Iterator[Json]:
        """Places of all pictures in two dimensions, and of the words among them."""

        def steps() -> Iterator[Progress | PictureMap]:
            scope = service.scope(collection, key)
            yield from service.map(scope, words, visitor_of(request), model)

        yield from answers(steps, _map_json)

    add(search_map)


def _map_json(done: PictureMap) -> Json:
    names = [entry.name for entry in done.index.entries]
    return {
        "explained": done.projection.explained,
        "pictures": dict(zip(names, done.places.tolist(), strict=True)),
        "words": dict(zip(done.texts, done.text_places.tolist(), strict=True)),
        "run": done.card.as_json(),
    }
