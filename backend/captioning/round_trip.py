"""The circle: a prompt drawn, the drawing described, the description drawn again.

How far the meaning drifts is measured by the search encoder, in whose space texts and pictures
have cosines to each other.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from backend import Backend
from backend.captioning.request import CaptionRequest
from backend.captioning.service import FIT_TASK, Captioning
from backend.errors import InputError
from backend.messages import Message, message
from backend.options import NumberOption
from backend.run import Progress, Run, RunCard
from backend.text_to_image.defaults import Watch
from backend.text_to_image.request import DrawRequest
from backend.text_to_image.service import Drawing

if TYPE_CHECKING:
    import numpy as np
    from PIL.Image import Image

ROUNDS = NumberOption("rounds", 3, 1, 5, 1, whole=True)


@dataclass(frozen=True)
class Circled:
    """Prompt, then a picture and its caption for each round so far. With the card comes
    `cosines` [N, N] of all of them: prompt, picture 1, caption 1, picture 2, ..."""

    texts: tuple[str, ...]  # the prompt, and a caption a round
    pictures: tuple[Image, ...]
    rounds: int
    cosines: np.ndarray | None = None
    cards: tuple[RunCard, ...] = ()  # painter, captioner, encoder
    doing: Message | None = None  # what is being worked at

    @property
    def stage(self) -> tuple[object, ...]:
        doing = self.doing and self.doing.code
        return "circled", len(self.texts), len(self.pictures), len(self.cards), doing


def run_circle(
    backend: Backend, asked: DrawRequest, rounds: object, visitor: str
) -> Iterator[Progress | Circled]:
    """Go round; each round is drawn with the seed of the first."""
    count = int(ROUNDS.check(rounds) or 1)
    told = Circled((asked.prompt,), (), count)
    for _ in range(count):
        prompt = replace(asked, prompt=told.texts[-1], count=1)
        steps = Drawing(backend).draw(prompt, visitor, "", Watch(False, False))
        drawn = yield from _last(steps, told)
        if drawn.pictures[0].painting.blocked:
            raise InputError("circle_blocked", prompt=told.texts[-1])
        picture = drawn.pictures[0].painting.picture.convert("RGB")
        told = replace(told, pictures=(*told.pictures, picture))
        yield told
        words = Captioning(backend).describe(CaptionRequest(picture), visitor)
        said = yield from _last(words, told)
        told = replace(told, texts=(*told.texts, said.captions[0].text))
        yield told
    cards = (drawn.card, said.card)
    work = lambda encoder, run: _measure(encoder, told, cards, run)  # noqa: E731
    measured = yield from _last(backend.run(FIT_TASK, "", visitor, work), told)
    yield measured


def _last(updates: Iterator[Any], told: Circled) -> Generator[Progress | Circled, None, Any]:
    """Hand the progress on, beside what is there already; return the last result."""
    result: Any = None
    for update in updates:
        if not isinstance(update, Progress):
            result = update
        elif told.pictures:
            yield replace(told, doing=update.message)
        else:
            yield update
    return result


def _measure(
    encoder: Any, told: Circled, cards: tuple[Any, ...], run: Run
) -> Generator[Any, None, None]:
    import torch

    yield run.progress(message("comparing"))
    texts, pictures = encoder.encode_texts(told.texts), encoder.encode_pictures(told.pictures)
    vectors = [texts[0]]
    for round_ in range(told.rounds):
        vectors += [pictures[round_], texts[round_ + 1]]
    stacked = torch.stack(vectors)
    yield replace(told, cosines=(stacked @ stacked.T).numpy(), cards=(*cards, run.card((), {})))
