"""A search on the page: the ranking, and the reasons for one of its pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from backend.image_search.labels import in_language
from backend.image_search.request import PICTURE
from backend.image_search.results import ExplainedResult, Hit, Ranking
from demos.image_search import pictures
from demos.shared.html import render
from demos.shared.strings import say

SPREAD_WIDTH, SPREAD_HEIGHT = 640, 96  # SVG units


@dataclass(frozen=True)
class Tile:
    """A hit in the grid; `overlay` is the map over its picture, or ""."""

    hit: Hit
    source: str
    text: str
    overlay: str


@dataclass(frozen=True)
class Bar:
    """A column of the histogram, in SVG units."""

    left: float
    width: float
    height: float
    is_match: bool


@dataclass(frozen=True)
class Spread:
    """The histogram of all scores, and where the match threshold is; None outside of it."""

    bars: tuple[Bar, ...]
    line: float | None
    width: int = SPREAD_WIDTH
    height: int = SPREAD_HEIGHT


def render_ranking(
    language: str, ranking: Ranking, maps: Sequence[str] = (), chosen: int | None = None
) -> Markup:
    """The whole ranking; `maps` are the hits' overlays, `chosen` the number of an explained one."""
    return render(
        "image_search/ranking.html",
        language,
        ranking=ranking,
        good=sum(hit.good for hit in ranking.hits),
        best=max((hit.cosine for hit in ranking.hits), default=0.0),
        has_maps=bool(maps),
        tiles=_tiles(language, ranking, maps),
        spread=spread(ranking),
        chosen=chosen,
    )


def _tiles(language: str, ranking: Ranking, maps: Sequence[str]) -> list[Tile]:
    return [
        Tile(
            hit,
            pictures.address(ranking.request.scope, hit.entry.key),
            pictures.caption(language, hit.entry),
            maps[number] if number < len(maps) else "",
        )
        for number, hit in enumerate(ranking.hits)
    ]


def spread(ranking: Ranking) -> Spread:
    """How the scores of the whole index are spread; heights grow with the root of the counts, so
    that a single picture can be seen beside hundreds."""
    found = ranking.threshold
    most, columns = max(*found.counts, 1), len(found.counts)
    width, step = SPREAD_WIDTH / columns, (found.high - found.low) / columns
    bars = tuple(
        Bar(
            column * width + 1,
            width - 2,
            SPREAD_HEIGHT * (count / most) ** 0.5,
            found.low + (column + 0.5) * step >= found.value,
        )
        for column, count in enumerate(found.counts)
    )
    is_inside = found.low <= found.value <= found.high
    share = (found.value - found.low) / max(found.high - found.low, 1e-9)
    return Spread(bars, SPREAD_WIDTH * share if is_inside else None)


def render_reasons(language: str, explained: ExplainedResult, number: int) -> Markup:
    """The reasons for the hit of this number. Raises KeyError if its picture is gone."""
    ranking = explained.ranking
    entry = ranking.hits[number].entry
    return render(
        "image_search/reasons.html",
        language,
        text=pictures.caption(language, entry),
        source=pictures.address(ranking.request.scope, entry.key),
        overlay=overlay_of(explained, number),
        words=_words(explained, number),
        terms=_terms(language, explained, number),
        labels=in_language(explained.reasons.labels[number], language == "zh"),
    )


def overlay_of(explained: ExplainedResult, number: int) -> str:
    """The hit's map as a picture; "" where it has none."""
    maps = explained.reasons.maps
    return pictures.overlay(maps[number]) if maps is not None and number < len(maps) else ""


def _words(explained: ExplainedResult, number: int) -> list[tuple[str, float, float]]:
    """Each word, by how much the cosine falls without it, and that over the largest of them."""
    changes = explained.reasons.changes[:, number].tolist()
    most = max(map(abs, changes), default=0.0) or 1.0
    return [
        (word.text, change, change / most)
        for word, change in zip(explained.reasons.words, changes, strict=True)
    ]


def _terms(
    language: str, explained: ExplainedResult, number: int
) -> list[tuple[str, float, float]]:
    """Each term, what it adds to the cosine, and that over the largest; [] for a single term."""
    ranking = explained.ranking
    parts, added = ranking.request.parts, ranking.hits[number].parts
    if len(parts) < 2:
        return []
    most = max(map(abs, added)) or 1.0
    picture = say(language, "image_search.your_picture")
    names = [picture if one.text == PICTURE else f"{one.weight:g} × {one.text}" for one in parts]
    return [(name, value, value / most) for name, value in zip(names, added, strict=True)]
