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
from backend.captioning.results import Scene, VideoSummary
from backend.captioning.video import read_video
from backend.errors import Cancelled, DeadlineExceeded, ShowTellError
from backend.generation.request import GenerationRequest, check_request
from backend.jobs import keeping_what_is_done
from backend.languages import is_chinese
from backend.messages import message
from backend.run import Progress, Run

if TYPE_CHECKING:
    from backend.captioning.caption_model import CaptionModel
    from backend.generation.results import Generated

MAX_NEW_TOKENS = 90
PROMPTS = {
    "en": "These are captions of the scenes of a short film, in order:\n{scenes}\n\n"
    "Say in two short sentences what the film shows, and nothing else.",
    "zh": "以下按顺序是一部短片各个场景的描述：\n{scenes}\n\n"
    "请用两个简短的句子说明这部短片的内容，不要写别的。",
}


def describe_scenes(
    model: CaptionModel,
    run: Run,
    path: Path,
    name: str,
    language: str = "en",
    summed_up: str = "en",
) -> Generator[Progress | VideoSummary, None, None]:
    """The scenes, then their captions one after another in this language, and in that in which they
    are to be summed up. InputError for what is no short video."""
    from backend.captioning.words import note_on_language

    yield run.progress(message("watching"))
    begun = run.job.clock()
    with ThreadPoolExecutor(1, "video") as thread:
        reading = in_turns(partial(read_video, path, name), run.job.check, thread)
        video = yield from run.in_parts(reading)
    summary = VideoSummary(video)
    yield summary
    with keeping_what_is_done(lambda: bool(summary.captions)) as ending:
        for scene in video.scenes:
            told = _told(model, scene, (language, summed_up), run.job.check)
            summary = replace(
                summary,
                captions=(*summary.captions, told[language]),
                to_sum_up=(*summary.to_sum_up, told[summed_up]),
            )
            yield summary
    notes = [*video.notes, *note_on_language(model.speaking(language), language, run.spec.name)]
    if ending.finished != "end":
        done, total = len(summary.captions), len(video.scenes)
        notes.append(message("scenes_cut", done=done, total=total))
    figures = {"scenes": len(summary.captions), "clip_seconds": round(run.job.clock() - begun, 2)}
    yield replace(summary, cards=(run.card(tuple(notes), figures),))


def _told(
    model: CaptionModel, scene: Scene, languages: tuple[str, str], check: Callable[[], None]
) -> dict[str, str]:
    """The scene's caption in each of the languages."""
    from backend.captioning.words import caption_picture

    return {
        language: caption_picture(
            model.speaking(language), CaptionRequest(scene.picture, language=language), check
        ).text
        for language in dict.fromkeys(languages)
    }


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
    captions = enumerate(summary.to_sum_up, start=1)
    scenes = "\n".join(f"{number}. {caption}" for number, caption in captions)
    prompt = PROMPTS["zh" if is_chinese(scenes) else "en"].format(scenes=scenes)
    return check_request(prompt, strategy="greedy", max_new_tokens=MAX_NEW_TOKENS)
