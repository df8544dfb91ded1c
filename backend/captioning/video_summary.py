"""A clip told: its scenes described one after another, then summed up by the text model."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from backend import Backend
from backend.captioning.request import CaptionRequest
from backend.captioning.service import TASK, Steps
from backend.captioning.video import Clip, check_clip, read_clip
from backend.errors import Cancelled, DeadlineExceeded, ShowTellError
from backend.generation.request import check_request
from backend.messages import Message, message
from backend.run import Progress, Run, RunCard

if TYPE_CHECKING:
    from backend.captioning.caption_model import Speaker

MAX_NEW_TOKENS = 90
ASKED = (
    "These are captions of the scenes of a short film, in order:\n{scenes}\n\n"
    "Say in two short sentences what the film shows, and nothing else."
)


@dataclass(frozen=True)
class Telling:
    """The scenes, and the captions of the first ones so far. The card of the captioner comes with
    the last caption, that of the text model with the whole summary; where there can be none,
    `failure` says why. `doing` is what is being worked at."""

    clip: Clip
    captions: tuple[str, ...] = ()
    summary: str = ""
    cards: tuple[RunCard, ...] = ()
    failure: Message | None = None
    doing: Message | None = None

    @property
    def stage(self) -> tuple[object, ...]:
        return "telling", len(self.captions), bool(self.summary), len(self.cards)


def tell_clip(
    backend: Backend, path: Path, name: str, visitor: str, model: str = ""
) -> Iterator[Progress | Telling]:
    """Watch a clip, describe each scene, sum it up. InputError for what is no short clip."""
    check_clip(path, name)
    told: Telling | None = None
    work = lambda speaker, run: _describe(speaker, path, name, run)  # noqa: E731
    for update in backend.run(TASK, model, visitor, work):
        told = update if isinstance(update, Telling) else told
        yield update
    if told and len(told.captions) == len(told.clip.scenes):
        yield from _sum_up(backend, told, visitor)


def _describe(speaker: Speaker, path: Path, name: str, run: Run) -> Steps:
    yield run.progress(message("watching"))
    begun = time.monotonic()
    clip = read_clip(path, name, run.job.check)
    told = Telling(clip)
    yield told
    notes = list(clip.notes)
    try:
        for scene in clip.scenes:
            caption = _said(speaker, CaptionRequest(scene.picture), run)
            told = replace(told, captions=(*told.captions, caption))
            yield told
    except (Cancelled, DeadlineExceeded):
        if not told.captions:
            raise
        notes.append(message("clip_cut", done=len(told.captions), total=len(clip.scenes)))
    figures = {"scenes": len(told.captions), "clip_seconds": round(time.monotonic() - begun, 2)}
    yield replace(told, cards=(run.card(tuple(notes), figures),))


def _said(speaker: Speaker, request: CaptionRequest, run: Run) -> str:
    from backend.captioning.decoding import decode
    from backend.captioning.words import caption_of

    *_, lines = decode(speaker, speaker.see(request.picture), request, run.job.check)
    return caption_of(speaker, lines[0]).text


def _sum_up(backend: Backend, told: Telling, visitor: str) -> Iterator[Telling]:
    """The scenes stay on screen whatever becomes of it."""
    from backend.generation.generate import generate

    scenes = "\n".join(f"{number}. {said}" for number, said in enumerate(told.captions, start=1))
    asked = check_request(
        ASKED.format(scenes=scenes), strategy="greedy", max_new_tokens=MAX_NEW_TOKENS
    )
    try:
        for part in backend.run("generation", "", visitor, generate, asked, visitor, None):
            if isinstance(part, Progress):
                told = replace(told, doing=message("summing_up"))
            else:
                cards = (*told.cards[:1], part.card) if part.card else told.cards
                told = replace(told, summary=part.text.strip(), cards=cards, doing=None)
            yield told
    except ShowTellError as error:
        yield replace(told, failure=error.message, doing=None)
    except (Cancelled, DeadlineExceeded):
        yield replace(told, doing=None)
