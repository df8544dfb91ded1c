"""The round trip: a prompt is drawn, the drawing described, the description drawn, and so on.

How far the meaning drifts is measured in the search encoder's space, where texts and pictures have
cosine similarities to each other.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
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


def go_round(
    draw: Draw, describe: Describe, compare: Compare, request: DrawRequest, rounds: int
) -> Iterator[Progress | RoundTrip]:
    """Draw and describe `rounds` times, each with the seed of the request, then compare all.

    InputError where the painter's safety check refuses a prompt.
    """
    trip = RoundTrip((request.prompt,), (), rounds)
    cards: tuple[RunCard, ...] = ()
    for _ in range(rounds):
        prompt = replace(request, prompt=trip.texts[-1], count=1)
        drawn = yield from _last(draw(prompt), trip)
        assert isinstance(drawn, PicturesDrawn) and drawn.card
        if drawn.pictures[0].blocked:
            raise InputError("round_trip_blocked", prompt=trip.texts[-1])
        picture = drawn.pictures[0].image.convert("RGB")
        trip = replace(trip, pictures=(*trip.pictures, picture))
        yield trip
        described = yield from _last(describe(CaptionRequest(picture)), trip)
        assert isinstance(described, Described) and described.card
        trip = replace(trip, texts=(*trip.texts, described.captions[0].text))
        cards = (drawn.card, described.card)
        yield trip
    cosines, card = yield from _last(compare(trip.texts, trip.pictures), trip)
    yield replace(trip, cosines=cosines, cards=(*cards, card))


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
