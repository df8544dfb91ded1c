"""The round trip: a prompt is drawn, the drawing described, the description drawn, and so on.

How far the meaning drifts is measured in the search encoder's space, where texts and pictures have
cosine similarities to each other.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from backend.captioning.request import CaptionRequest
from backend.captioning.results import Described, RoundTrip
from backend.errors import InputError
from backend.run import Progress, RunCard
from backend.text_to_image.request import DrawRequest
from backend.text_to_image.results import PicturesDrawn, PreviewDrawn

if TYPE_CHECKING:
    import numpy as np
    from PIL.Image import Image

T = TypeVar("T")
Draw = Callable[[DrawRequest], Iterator[Progress | PreviewDrawn | PicturesDrawn]]
Describe = Callable[[CaptionRequest], Iterator[Progress | Described]]
Compare = Callable[
    [Sequence[str], "Sequence[Image]"], "Iterator[Progress | tuple[np.ndarray, RunCard]]"
]


@dataclass(frozen=True)
class Languages:
    """In which drawings are described, and in which descriptions are drawn: "en" or "zh"."""

    told: str
    drawn: str


def go_round(
    draw: Draw,
    describe: Describe,
    compare: Compare,
    request: DrawRequest,
    rounds: int,
    languages: Languages,
) -> Iterator[Progress | RoundTrip]:
    """Draw and describe `rounds` times, each with the seed of the request, then compare all. For a
    painter that does not read the language of the descriptions there is each in its own, too.

    InputError where the painter's safety check refuses a prompt.
    """
    trip = RoundTrip((request.prompt,), (), rounds, prompts=(request.prompt,))
    cards: tuple[RunCard, ...] = ()
    for _ in range(rounds):
        drawn = yield from _drawn(draw, trip, request)
        picture = drawn.pictures[0].image.convert("RGB")
        trip = replace(trip, pictures=(*trip.pictures, picture))
        yield trip
        described = yield from _described(describe, trip, languages.told)
        read = described
        if languages.drawn != languages.told:
            read = yield from _described(describe, trip, languages.drawn)
        told, prompt = (one.captions[0].text for one in (described, read))
        trip = replace(trip, texts=(*trip.texts, told), prompts=(*trip.prompts, prompt))
        cards = tuple(one.card for one in (drawn, described) if one.card)
        yield trip
    cosines, card = yield from _last(compare(trip.texts, trip.pictures), trip)
    yield replace(trip, cosines=cosines, cards=(*cards, card))


def _drawn(
    draw: Draw, trip: RoundTrip, request: DrawRequest
) -> Generator[Progress | RoundTrip, None, PicturesDrawn]:
    """The last prompt, drawn as the request asks. InputError where it is refused."""
    asked = replace(request, prompt=trip.prompts[-1], count=1)
    drawn = yield from _last(draw(asked), trip)
    assert isinstance(drawn, PicturesDrawn)
    if drawn.pictures[0].blocked:
        raise InputError("round_trip_blocked", prompt=trip.prompts[-1])
    return drawn


def _described(
    describe: Describe, trip: RoundTrip, language: str
) -> Generator[Progress | RoundTrip, None, Described]:
    """The last picture in that language."""
    asked = CaptionRequest(trip.pictures[-1], language=language)
    described = yield from _last(describe(asked), trip)
    assert isinstance(described, Described)
    return described


def _last(
    updates: Iterator[Progress | T], trip: RoundTrip
) -> Generator[Progress | RoundTrip, None, T]:
    """Hand the progress on, beside what is there already; return the last result."""
    result: T | None = None
    for update in updates:
        if not isinstance(update, Progress):
            result = update
        elif trip.pictures:
            yield replace(trip, doing=update.message)
        else:
            yield update
    assert result is not None
    return result
