"""What captioning gives back: captions with their words, batches, video summaries, round trips.

Each has a `stage`: of results with the same stage only the latest has to be shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from backend.captioning.request import CaptionRequest
from backend.messages import Message
from backend.pictures.archives import Skipped
from backend.run import RunCard
from backend.stoppable import Stoppable

if TYPE_CHECKING:
    import numpy as np
    from PIL.Image import Image
    from torch import Tensor

Frame = tuple[float, float, float, float]  # left, top, width, height, as shares of the picture


@dataclass(frozen=True)
class Alternative:
    """A token that could stand at a word's beginning."""

    text: str  # "" where the caption could end
    probability: float
    token: int


@dataclass(frozen=True)
class Word:
    """One word of a caption."""

    text: str
    probability: float  # the product over its tokens
    alternatives: tuple[Alternative, ...]  # to its first token, likeliest first, itself included
    map: Tensor | None  # [rows, columns], sum 1: the mean over its tokens; None if not computed
    span: tuple[int, int]  # its first token, and the one after its last
    given: bool  # chosen by the visitor, not by the model


@dataclass(frozen=True)
class Caption:
    """A sentence about a picture."""

    text: str
    words: tuple[Word, ...]
    probability: float  # of all that the model chose, the end included
    ids: tuple[int, ...]  # its tokens, without start and end
    ended: bool

    def with_alternative(self, word: int, alternative: int) -> tuple[int, ...]:
        """The tokens before that word, and the alternative in its place. IndexError for none."""
        chosen = self.words[word]
        return (*self.ids[: chosen.span[0]], chosen.alternatives[alternative].token)


@dataclass(frozen=True)
class Described(Stoppable):
    """The captions of one picture so far, best first."""

    request: CaptionRequest
    captions: tuple[Caption, ...]
    frame: Frame  # the part of the picture that the attribution maps cover
    card: RunCard | None = None  # with the finished captions

    @property
    def stage(self) -> tuple[object, ...]:
        return "described", self.card is None


@dataclass(frozen=True)
class Ranked:
    """Sentences by their cosine similarity to the picture, best first."""

    rows: tuple[tuple[str, float], ...]
    card: RunCard


@dataclass(frozen=True)
class Row:
    """One picture of a batch."""

    name: str
    caption: str
    probability: float


@dataclass(frozen=True)
class Batch:
    """The pictures that are done so far."""

    rows: tuple[Row, ...]
    skipped: tuple[Skipped, ...]
    total: int  # files, those inside ZIPs included
    stopped: bool = False  # by Stop or the deadline
    card: RunCard | None = None  # at the end

    @property
    def stage(self) -> tuple[object, ...]:
        return "batch", self.card is None


@dataclass(frozen=True)
class Scene:
    """From second to second, and the picture in its middle."""

    start: float
    end: float
    picture: Image


@dataclass(frozen=True)
class Video:
    """What could be read of a video."""

    scenes: tuple[Scene, ...]  # in time
    seconds: float
    notes: tuple[Message, ...]  # such as: the file breaks off


@dataclass(frozen=True)
class VideoSummary:
    """A video's scenes, the captions so far, and what the text model makes of them."""

    video: Video
    captions: tuple[str, ...] = ()  # of the first scenes
    summary: str = ""
    cards: tuple[RunCard, ...] = ()  # of the caption model, then of the text model
    failure: Message | None = None  # why there is no summary
    doing: Message | None = None  # what is being worked on
    to_sum_up: tuple[str, ...] = ()  # the captions in the language of the text model

    @property
    def stage(self) -> tuple[object, ...]:
        return "video", len(self.captions), bool(self.summary), len(self.cards)


@dataclass(frozen=True)
class RoundTrip:
    """A prompt, then a picture and its caption for each round so far."""

    texts: tuple[str, ...]  # the prompt, then a caption a round
    pictures: tuple[Image, ...]
    rounds: int
    # [N, N], at the end: prompt, picture 1, caption 1, picture 2, ...
    cosines: np.ndarray | None = None
    cards: tuple[RunCard, ...] = ()  # of the painter, the caption model and the search encoder
    doing: Message | None = None  # what is being worked on
    prompts: tuple[str, ...] = ()  # the texts as the painter reads them, in its own language

    @property
    def stage(self) -> tuple[object, ...]:
        doing = self.doing and self.doing.code
        return "round trip", len(self.texts), len(self.pictures), len(self.cards), doing
