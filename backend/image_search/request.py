"""A checked question: what to look for, where, and how to show it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from backend.errors import InputError
from backend.image_search.query import PICTURE_WEIGHT, SORT, TEMPERATURE, TOP, Term, parse_query
from backend.image_search.store import Store, check_name
from backend.pictures import read_picture

if TYPE_CHECKING:
    from PIL.Image import Image

GALLERY = ""  # where to search when no collection is named
PICTURE = "🖼"  # what a picture is called among the terms


@dataclass(frozen=True)
class Where:
    """The gallery, or one of a visitor's collections."""

    name: str = GALLERY
    store: Store | None = None


@dataclass(frozen=True)
class SearchRequest:
    """Terms and perhaps a picture; `top` hits; shares at `temperature`."""

    terms: tuple[Term, ...]
    picture: Image | None
    picture_weight: float
    where: Where
    top: int
    temperature: float
    sort: str

    @property
    def parts(self) -> tuple[Term, ...]:
        """The terms, the picture as the last of them."""
        seen = (Term(PICTURE, self.picture_weight),) if self.picture is not None else ()
        return (*self.terms, *seen)


def check_request(
    query: object = "",
    picture: str | Path | None = None,
    where: Where | None = None,
    **options: object,
) -> SearchRequest:
    """The request, every value checked. `options`: top, temperature, sort, picture_weight.

    Raises InputError: nothing asked, a bad term or picture, an option out of range.
    """
    terms = parse_query(query)
    seen = read_picture(picture) if picture else None
    if not terms and seen is None:
        raise InputError("empty_query")
    weight = PICTURE_WEIGHT.check(options.get("picture_weight", PICTURE_WEIGHT.default))
    return SearchRequest(
        terms,
        seen,
        float(weight or 0),
        where or Where(),
        int(TOP.check(options.get("top", TOP.default)) or 1),
        float(TEMPERATURE.check(options.get("temperature", TEMPERATURE.default)) or 1),
        SORT.check(options.get("sort", SORT.default)),
    )


def place_of(collection: object, key: object) -> Where:
    """Where to search: "" is the gallery, else a collection of the visitor with this key."""
    if collection in (None, GALLERY):
        return Where()
    store = Store(key)
    name = check_name(collection)
    store.version(name)  # is it there?
    return Where(name, store)
