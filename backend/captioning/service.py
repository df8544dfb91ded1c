"""What the captioning tab can ask for: captions, rankings, batches, video summaries, round trips.

The only door to this task. Every method checks its input first, then streams `Progress` until
there is a result.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from backend import Backend
from backend.captioning.request import LANGUAGE, ROUNDS, CaptionRequest, Paths, check_files
from backend.captioning.results import Batch, Described, Ranked, RoundTrip, VideoSummary
from backend.errors import InputError
from backend.generation.request import GenerationRequest
from backend.generation.service import TASK as TEXT_TASK
from backend.generation.service import Generation
from backend.image_search.service import TASK as SEARCH_TASK
from backend.languages import language_for
from backend.models.registry import ModelSpec
from backend.operation import Operation
from backend.run import Progress, RunCard
from backend.text_to_image.request import DrawRequest, Extras, check_request
from backend.text_to_image.service import TASK as DRAWING_TASK
from backend.text_to_image.service import TextToImage

if TYPE_CHECKING:
    import numpy as np
    from PIL.Image import Image

    from backend.generation.results import Generated
    from backend.text_to_image.results import PicturesDrawn, PreviewDrawn

TASK = "captioning"


class Captioning:
    """Captioning over one backend; it also writes with the text model, and draws."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self._generation, self._drawing = Generation(backend), TextToImage(backend)

    def models(self) -> list[ModelSpec]:
        """The rows there are, largest first."""
        return self.backend.models_for(TASK)

    def describe(
        self, request: CaptionRequest, visitor: str, model: str = ""
    ) -> Iterator[Progress | Described]:
        """Say what a picture shows, word by word. `model` is a row's id, a tier, or ""."""
        for_all, same = request.is_for_all, request.as_asked
        asked = Operation(TASK, "captioning.describe", request, cacheable=for_all, identity=same)
        return self.backend.perform(asked, model, visitor)

    def rank(
        self, picture: Image, sentences: Sequence[str], visitor: str, example: str = ""
    ) -> Iterator[Progress | Ranked]:
        """Which sentence fits the picture best, by the search encoder; doubles count once.

        `example` is the picture's name, where it is of the gallery.
        """
        texts = tuple(dict.fromkeys(text for text in sentences if text.strip()))
        if not texts:
            raise InputError("no_captions")
        given, same = (picture, texts), (example, texts)
        asked = Operation(
            SEARCH_TASK, "captioning.rank", given, cacheable=bool(example), identity=same
        )
        return self.backend.perform(asked, "", visitor)

    def describe_all(
        self, files: Paths, visitor: str, prefix: str = "", model: str = "", language: str = "en"
    ) -> Iterator[Progress | Batch]:
        """Caption files and ZIPs; a bad picture is reported and harms no other."""
        given = check_files(files), prefix, LANGUAGE.check(language)
        asked = Operation(TASK, "captioning.describe_all", given)
        return self.backend.perform(asked, model, visitor)

    def summarise_video(
        self, path: Path, name: str, visitor: str, model: str = "", language: str = "en"
    ) -> Iterator[Progress | VideoSummary]:
        """Describe each scene of a video, then sum the captions up with the text model: all in this
        language, as far as the models speak it.

        `name` is the visitor's name of the file. InputError for what is no short video.
        """
        from backend.captioning.video import check_video
        from backend.captioning.video_summary import sum_up

        check_video(path, name)
        asked_for = str(LANGUAGE.check(language))
        summed_up = self._language_of(TEXT_TASK, asked_for)

        def write(request: GenerationRequest) -> Iterator[Progress | Generated]:
            return self._generation.generate(request, visitor, keep=False)

        def both() -> Iterator[Progress | VideoSummary]:
            summary: VideoSummary | None = None
            given = path, name, asked_for, summed_up
            asked = Operation(TASK, "captioning.describe_scenes", given)
            for update in self.backend.perform(asked, model, visitor):
                summary = update if isinstance(update, VideoSummary) else summary
                yield update
            if summary and len(summary.captions) == len(summary.video.scenes):
                yield from sum_up(summary, write)

        return both()

    def round_trip(
        self,
        prompt: object,
        visitor: str,
        rounds: object = ROUNDS.default,
        language: str = "en",
        **drawing: object,
    ) -> Iterator[Progress | RoundTrip]:
        """Draw a prompt, describe the drawing, draw the description, and so on. Descriptions are in
        this language, where the caption model speaks it. `drawing` holds options of text-to-image,
        such as `seed`; all rounds are drawn with the same ones."""
        from backend.captioning.round_trip import Languages, go_round

        request, count = check_request(prompt, **drawing), int(ROUNDS.check(rounds) or 1)
        told = str(LANGUAGE.check(language))
        drawn = self._language_of(DRAWING_TASK, told)

        def draw(asked: DrawRequest) -> Iterator[Progress | PreviewDrawn | PicturesDrawn]:
            return self._drawing.draw(asked, visitor, "", Extras(previews=False, word_maps=False))

        def describe(asked: CaptionRequest) -> Iterator[Progress | Described]:
            return self.describe(asked, visitor)

        def compare(
            texts: Sequence[str], pictures: Sequence[Image]
        ) -> Iterator[Progress | tuple[np.ndarray, RunCard]]:
            asked = Operation(SEARCH_TASK, "captioning.compare", (texts, pictures))
            return self.backend.perform(asked, "", visitor)

        return go_round(draw, describe, compare, request, count, Languages(told, drawn))

    def _language_of(self, task: str, wanted: str) -> str:
        """In which to ask the model that will do the task: that which is wanted, if it can. One
        that is not on this disk may not come: then whichever comes in its place must know it."""
        planned = self.backend.plan(task, "") if self.backend.models_for(task) else []
        likely = planned[:1] if planned and planned[0].source.on_disk() else planned
        knows = bool(likely) and all(language_for(one, wanted) == wanted for one in likely)
        return wanted if knows else "en"
