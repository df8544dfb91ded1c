"""What the captioning tab and its endpoints can ask for, as streams of progress and results."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from backend import Backend
from backend.captioning.batch import Batch, Paths, Row, check_files
from backend.captioning.request import INSTEAD, CaptionRequest
from backend.errors import Cancelled, DeadlineExceeded, InputError
from backend.messages import Message, message
from backend.models.registry import ModelSpec
from backend.pictures import Found, count_files, find_pictures, read_picture
from backend.pictures.archives import Skipped
from backend.run import Progress, Run, RunCard

if TYPE_CHECKING:
    from PIL.Image import Image

    from backend.captioning.caption_model import Frame, Speaker
    from backend.captioning.decoding import Line
    from backend.captioning.words import Caption

TASK, FIT_TASK = "captioning", "image_search"
Steps = Generator[Any, None, None]


@dataclass(frozen=True)
class Described:
    """The captions so far, best first; the card comes with the finished ones. `frame` is the part
    of the picture that the words' looks cover."""

    request: CaptionRequest
    captions: tuple[Caption, ...]
    frame: Frame
    card: RunCard | None = None

    @property
    def stage(self) -> tuple[object, ...]:
        return "described", self.card is None


@dataclass(frozen=True)
class Ranked:
    """Sentences by their cosine to the picture, best first."""

    rows: tuple[tuple[str, float], ...]
    card: RunCard


class Captioning:
    """All that the tab does, over one backend."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend

    def models(self) -> list[ModelSpec]:
        return self.backend.models_for(TASK)

    def describe(
        self, request: CaptionRequest, visitor: str, model: str = ""
    ) -> Iterator[Progress | Described]:
        """Say what a picture shows, word by word."""
        work = lambda speaker, run: _describe(speaker, request, run)  # noqa: E731
        return self.backend.run(TASK, model, visitor, work)

    def rank(
        self, picture: Image, sentences: Sequence[str], visitor: str
    ) -> Iterator[Progress | Ranked]:
        """Which sentence the search encoder finds most like the picture; doubles count once."""
        asked = tuple(dict.fromkeys(text for text in sentences if text.strip()))
        if not asked:
            raise InputError("no_captions")
        work = lambda encoder, run: _rank(encoder, picture, asked, run)  # noqa: E731
        return self.backend.run(FIT_TASK, "", visitor, work)

    def describe_all(
        self, files: Paths, visitor: str, prefix: str = "", model: str = ""
    ) -> Iterator[Progress | Batch]:
        """Caption files and ZIPs; a bad picture is reported and harms no other."""
        paths = check_files(files)
        work = lambda speaker, run: _describe_all(speaker, paths, prefix, run)  # noqa: E731
        return self.backend.run(TASK, model, visitor, work)


def _describe(speaker: Speaker, request: CaptionRequest, run: Run) -> Steps:
    from backend.captioning.decoding import decode
    from backend.captioning.words import caption_of

    yield run.progress(message("looking"))
    begun = time.monotonic()
    notes = list(_notes(speaker, request, run.spec.name))
    request = _answerable(speaker, request)
    frame = speaker.frame(request.picture)
    told = Described(request, (), frame)
    yield told  # the picture, while the words are to come
    seen = speaker.see(request.picture, request.question, request.length)
    lines: list[Line] = []
    try:
        for lines in decode(speaker, seen, request, run.job.check):
            captions = tuple(caption_of(speaker, line) for line in lines)
            told = replace(told, captions=captions)
            yield told
    except (Cancelled, DeadlineExceeded):
        if not told.captions:
            raise
        notes.append(message("caption_cut"))
    looked = [_looked(speaker, seen, line) for line in _apart(lines)]
    card = run.card(tuple(notes), _figures(told, time.monotonic() - begun))
    yield replace(told, captions=tuple(looked), card=card)


def _apart(lines: list[Line]) -> list[Line]:
    """What was said twice is there once."""
    return list({tuple(line.ids(())): line for line in lines}.values())


def _looked(speaker: Speaker, seen: Any, line: Line) -> Caption:
    """The caption with where the model looked for each word."""
    from backend.captioning.words import caption_of

    looks = speaker.looks(seen, line.ids(speaker.start)) if line.pieces else None
    return caption_of(speaker, line, looks)


def _answerable(speaker: Speaker, request: CaptionRequest) -> CaptionRequest:
    """A model that cannot answer goes on from a beginning in place of the question."""
    if not request.question or speaker.can_answer:
        return request
    return replace(request, question="", prefix=request.prefix or INSTEAD)


def _notes(speaker: Speaker, request: CaptionRequest, model: str) -> Iterator[Message]:
    if request.question and not speaker.can_answer:
        yield message("cannot_answer", model=model, prefix=request.prefix or INSTEAD)
    yield message(speaker.looks_by)
    if request.length == "detailed" and not speaker.can_detail:
        yield message("no_detail")


def _figures(told: Described, seconds: float) -> dict[str, float | int | str]:
    figures: dict[str, float | int | str] = {
        "caption_seconds": round(seconds, 3),
        "strategy": told.request.strategy,
    }
    if told.request.strategy == "sample":
        figures["seed"] = told.request.seed
    return figures


def _rank(encoder: Any, picture: Image, sentences: tuple[str, ...], run: Run) -> Steps:
    yield run.progress(message("comparing"))
    likeness = encoder.encode_texts(sentences) @ encoder.encode_pictures([picture])[0]
    rows = sorted(zip(sentences, likeness.tolist(), strict=True), key=lambda row: -row[1])
    yield Ranked(tuple(rows), run.card((), {}))


def _describe_all(speaker: Speaker, paths: Paths, prefix: str, run: Run) -> Steps:
    rows: list[Row] = []
    skipped: list[Skipped] = []
    total, begun = count_files(paths), time.monotonic()
    stopped = False
    try:
        for found in find_pictures(paths):
            run.job.check()
            one = _captioned(speaker, found, prefix, run.job.check)
            (rows if isinstance(one, Row) else skipped).append(one)  # type: ignore[arg-type]
            yield Batch(tuple(rows), tuple(skipped), total)
    except (Cancelled, DeadlineExceeded):
        if not rows:
            raise
        stopped = True
    rate = len(rows) / max(time.monotonic() - begun, 1e-9)
    card = run.card((), {"pictures": len(rows), "pictures_per_second": round(rate, 2)})
    yield Batch(tuple(rows), tuple(skipped), total, stopped, card)


def _captioned(
    speaker: Speaker, found: Found | Skipped, prefix: str, check: Callable[[], None]
) -> Row | Skipped:
    if isinstance(found, Skipped):
        return found
    try:
        picture = read_picture(found.data, found.name)
    except InputError as error:
        return Skipped(found.name, error.message)
    from backend.captioning.decoding import decode
    from backend.captioning.words import caption_of

    request = CaptionRequest(picture, prefix)
    *_, lines = decode(speaker, speaker.see(picture), request, check)
    caption = caption_of(speaker, lines[0])
    return Row(found.name, caption.text, caption.chance)
