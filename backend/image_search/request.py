"""The options of image search, and checked requests."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from backend.errors import InputError
from backend.image_search.query import MAX_TERMS, Term, parse_query
from backend.image_search.scope import Scope
from backend.options import ChoiceOption, NumberOption
from backend.pictures import read_picture, read_small_picture
from backend.text import clean_text, split_lines, split_list

if TYPE_CHECKING:
    from PIL.Image import Image

TOP = NumberOption("top", 12, 1, 60, 1, whole=True)
TEMPERATURE = NumberOption("temperature", 0.03, 0.005, 0.3, 0.005)
PICTURE_WEIGHT = NumberOption("picture_weight", 1, -3, 3, 0.1)
SORT = ChoiceOption("sort", "best", ("best", "worst", "name"))

PICTURE = "🖼"  # the picture's text among the terms
ARTICLE = re.compile(r"\b([Aa])n?(?= \{\})")  # right before the caption
AN = r"\1n"
AN_BEFORE = re.compile(r"(?!an? )(?:[aeio]|u(?!ni|s[aei])|hour|honest|heir)", re.IGNORECASE)
TEMPLATE = "a photo of a {}"  # of CLIP's zero-shot classification
MAX_CAPTIONS, MAX_PICTURES = 32, 32  # of one comparison
MAX_CAPTION_CHARACTERS = 2000


@dataclass(frozen=True)
class SearchRequest:
    """Terms and perhaps a picture; `top` hits; shares by softmax at `temperature`."""

    terms: tuple[Term, ...]
    picture: Image | None
    picture_weight: float
    scope: Scope
    top: int
    temperature: float
    sort: str

    @property
    def is_for_all(self) -> bool:
        """Whether others who ask the same may be given the same answer: it has no picture of the
        visitor's, in the query or in a collection."""
        return self.picture is None and self.scope.store is None

    @property
    def parts(self) -> tuple[Term, ...]:
        """The terms, the picture as the last of them."""
        picture = (Term(PICTURE, self.picture_weight),) if self.picture is not None else ()
        return (*self.terms, *picture)


def check_request(
    query: object = "",
    picture: str | Path | None = None,
    scope: Scope | None = None,
    **options: object,
) -> SearchRequest:
    """The request, every value checked. `options`: top, temperature, sort, picture_weight.

    Raises InputError for no query at all, a bad term or picture, or an option out of range.
    """
    terms = parse_query(query)
    read = read_picture(picture) if picture else None
    if not terms and read is None:
        raise InputError("empty_query")
    weight = PICTURE_WEIGHT.check(options.get("picture_weight", PICTURE_WEIGHT.default))
    return SearchRequest(
        terms,
        read,
        float(weight or 0),
        scope or Scope(),
        int(TOP.check(options.get("top", TOP.default)) or 1),
        check_temperature(options.get("temperature", TEMPERATURE.default)),
        SORT.check(options.get("sort", SORT.default)),
    )


def check_temperature(value: object) -> float:
    """The temperature of a softmax over cosines. Raises InputError outside its range."""
    return float(TEMPERATURE.check(value) or 1)


def check_captions(value: object, template: object = "{}") -> tuple[str, ...]:
    """One caption a line, put into the template.

    Raises InputError for none, too many, too long ones, or a template without one "{}".
    """
    frame = clean_text(template, "template")[0].strip() or "{}"
    if frame.count("{}") != 1:
        raise InputError("bad_template", hole="{}", value=repr(frame))
    captions = split_lines(value, "captions")
    if not captions:
        raise InputError("no_captions")
    if len(captions) > MAX_CAPTIONS:
        raise InputError("too_many_captions", count=len(captions), limit=MAX_CAPTIONS)
    longest = max(map(len, captions))
    if longest > MAX_CAPTION_CHARACTERS:
        raise InputError("too_many_characters", count=longest, limit=MAX_CAPTION_CHARACTERS)
    return tuple(_in_frame(frame, caption) for caption in captions)


def _in_frame(frame: str, caption: str) -> str:
    """A caption in its template, whose "a" becomes "an" where the caption sounds like it."""
    word = AN if AN_BEFORE.match(caption) else r"\1"
    return ARTICLE.sub(lambda found: found.expand(word), frame).replace("{}", caption)


def check_map_words(value: object) -> tuple[str, ...]:
    """The different texts for the map: a list, or the terms of a query.

    Raises InputError for too many, and where `parse_query` does.
    """
    terms = [term for part in split_list(value, "words") for term in parse_query(part)]
    if len(terms) > MAX_TERMS:
        raise InputError("too_many_terms", count=len(terms), limit=MAX_TERMS)
    return tuple(dict.fromkeys(term.text for term in terms))


def check_pictures(paths: Sequence[tuple[str, Path]]) -> list[Image]:
    """The pictures of a comparison, read. One bad picture is an error: none shifts the others."""
    if not paths:
        raise InputError("no_pictures")
    if len(paths) > MAX_PICTURES:
        raise InputError("too_many_pictures", count=len(paths), limit=MAX_PICTURES)
    return [read_small_picture(path, name) for name, path in paths]
