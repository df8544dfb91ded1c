"""A video described scene by scene; the text model then sums the captions up."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from backend.callback_generator import in_turns
from backend.captioning.request import CaptionRequest
from backend.captioning.results import VideoSummary
from backend.captioning.video import read_video
from backend.errors import Cancelled, DeadlineExceeded, ShowTellError
from backend.generation.request import GenerationRequest, check_request
from backend.jobs import keeping_what_is_done
from backend.messages import message
from backend.run import Progress, Run

if TYPE_CHECKING:
    from backend.captioning.caption_model import CaptionModel
    from backend.generation.results import Generated

MAX_NEW_TOKENS = 90
PROMPT = (
    "These are captions of the scenes of a short film, in order:\n{scenes}\n\n"
    "Say in two short sentences what the film shows, and nothing else."
)


def describe_scenes(
    model: CaptionModel, run: Run, path: Path, name: str
) -> Generator[Progress | VideoSummary, None, None]:
    """The scenes, then their captions one after another. InputError for what is no short video."""
    from backend.captioning.words import caption_picture

    yield run.progress(message("watching"))
    begun = run.job.clock()
    with ThreadPoolExecutor(1, "video") as thread:
        reading = in_turns(partial(read_video, path, name), run.job.check, thread)
        video = yield from run.in_parts(reading)
    summary = VideoSummary(video)
    yield summary
    with keeping_what_is_done(lambda: bool(summary.captions)) as ending:
        for scene in video.scenes:
            caption = caption_picture(model, CaptionRequest(scene.picture), run.job.check)
            summary = replace(summary, captions=(*summary.captions, caption.text))
            yield summary
    notes = list(video.notes)
    if ending.finished != "end":
        done, total = len(summary.captions), len(video.scenes)
        notes.append(message("scenes_cut", done=done, total=total))
    figures = {"scenes": len(summary.captions), "clip_seconds": round(run.job.clock() - begun, 2)}
    yield replace(summary, cards=(run.card(tuple(notes), figures),))


def sum_up(
    summary: VideoSummary, generate: Callable[[GenerationRequest], Iterator[Progress | Generated]]
) -> Iterator[VideoSummary]:
    """The text model's summary as it grows. Whatever becomes of it, the scenes stay."""
    try:
        for part in generate(_request(summary)):
            if isinstance(part, Progress):
                summary = replace(summary, doing=message("summing_up"))
            else:
                cards = (*summary.cards[:1], part.card) if part.card else summary.cards
                summary = replace(summary, summary=part.text.strip(), cards=cards, doing=None)
            yield summary
    except ShowTellError as error:
        yield replace(summary, failure=error.message, doing=None)
    except (Cancelled, DeadlineExceeded):
        yield replace(summary, doing=None)


def _request(summary: VideoSummary) -> GenerationRequest:
    captions = enumerate(summary.captions, start=1)
    scenes = "\n".join(f"{number}. {caption}" for number, caption in captions)
    prompt = PROMPT.format(scenes=scenes)
    return check_request(prompt, strategy="greedy", max_new_tokens=MAX_NEW_TOKENS)
