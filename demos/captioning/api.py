"""The tab's endpoints: all that the page does, as plain JSON. /caption needs a picture alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import gradio as gr

from backend.captioning.batch import Batch
from backend.captioning.request import check_request, check_sentence
from backend.captioning.round_trip import Circled, run_circle
from backend.captioning.service import Captioning, Described, Ranked
from backend.captioning.video_summary import Telling, tell_clip
from backend.errors import InputError
from backend.text_to_image.request import check_request as check_drawing
from demos.shared.endpoints import lazily, with_api_errors
from demos.shared.files import named_path_of, path_of
from demos.shared.handlers import RUNS, visitor_of

if TYPE_CHECKING:
    from backend.captioning.words import Caption

Json = dict[str, Any]
MOST_RANKED = 32  # sentences for one picture


def add_endpoints(service: Captioning) -> None:
    """Add them to the page that is being built."""
    _add_caption(service)
    _add_others(service)


def _add_caption(service: Captioning) -> None:
    def caption(  # noqa: PLR0913, PLR0917 (the endpoint's own named parameters)
        request: gr.Request,
        image: gr.FileData,
        prefix: str = "",
        question: str = "",
        strategy: str = "greedy",
        length: str = "short",
        candidates: int = 3,
        temperature: float = 1.0,
        top_p: float = 0.9,
        seed: int | None = None,
        model: str = "",
        looks: bool = False,
    ) -> Iterator[Json]:
        """Describe, or answer a question: {"caption", "words", "candidates", "run"}, as it grows.

        Each word has its probability and its likeliest alternatives; with `looks` also the map of
        where the model looked, of sum 1. `run` is None until it is finished.
        """

        def steps() -> Iterator[Any]:
            asked = check_request(
                path_of(image, "no_picture"), prefix, question, strategy=strategy, length=length,
                candidates=candidates, temperature=temperature, top_p=top_p, seed=seed,
            )  # fmt: skip
            return service.describe(asked, visitor_of(request), model)

        for update in with_api_errors(lazily(steps)):
            if isinstance(update, Described):
                yield as_json(update, looks)
            else:
                yield {"caption": "", "words": [], "candidates": [], "run": None}

    gr.api(caption, api_name="caption", **RUNS)


def as_json(told: Described, looks: bool = False) -> Json:
    """A described picture as plain values."""
    best = told.captions[0] if told.captions else None
    return {
        "caption": best.text if best else "",
        "words": _words(best, looks) if best else [],
        "candidates": [
            {"caption": one.text, "probability": one.chance, "words": _words(one, looks)}
            for one in told.captions
        ],
        "frame": list(told.frame),
        "run": told.card.as_json() if told.card else None,
    }


def _words(caption: Caption, looks: bool) -> list[Json]:
    return [
        {
            "word": word.text,
            "probability": word.chance,
            "given": word.given,
            "alternatives": [[rival.text, rival.chance] for rival in word.rivals],
            **({"look": word.look.tolist()} if looks and word.look is not None else {}),
        }
        for word in caption.words
    ]


def _add_others(service: Captioning) -> None:
    def caption_fit(
        request: gr.Request, image: gr.FileData, sentences: list[str]
    ) -> Iterator[Json]:
        """Sentences ranked by the search encoder's cosine: {"ranked": [[text, cosine]], "run"}."""

        def steps() -> Iterator[Any]:
            if not isinstance(sentences, list):
                raise InputError("no_captions")
            if len(sentences) > MOST_RANKED:
                raise InputError("too_many_captions", count=len(sentences), limit=MOST_RANKED)
            texts = [check_sentence(one, "sentences") for one in sentences]
            asked = check_request(path_of(image, "no_picture"))
            return service.rank(asked.picture, texts, visitor_of(request))

        yield from _answers(lazily(steps))

    def caption_many(
        request: gr.Request, files: list[gr.FileData], prefix: str = "", model: str = ""
    ) -> Iterator[Json]:
        """Files and ZIPs: {"captions": [[name, caption, probability]], "skipped", "run"}."""

        def steps() -> Iterator[Any]:
            paths = [named_path_of(file) for file in files or ()]
            begun = check_sentence(prefix, "prefix")
            return service.describe_all(paths, visitor_of(request), begun, model)

        yield from _answers(lazily(steps))

    def caption_circle(
        request: gr.Request, prompt: str, rounds: int = 3, seed: int | None = None
    ) -> Iterator[Json]:
        """Draw, describe, draw again: {"texts", "cosines", "runs"}; the cosines are of the prompt,
        picture 1, caption 1, picture 2 and so on."""

        def steps() -> Iterator[Any]:
            asked = check_drawing(prompt, seed=seed)
            return run_circle(service.backend, asked, rounds, visitor_of(request))

        yield from _answers(lazily(steps))

    def caption_video(request: gr.Request, video: gr.FileData, model: str = "") -> Iterator[Json]:
        """A clip's scenes, described and summed up by the text model:
        {"scenes": [[start, end, caption]], "seconds", "summary", "runs"}."""

        def steps() -> Iterator[Any]:
            path = path_of(video, "no_video")
            name = str(video.get("orig_name") or path.name)
            return tell_clip(service.backend, path, name, visitor_of(request), model)

        yield from _answers(lazily(steps))

    for endpoint in (caption_fit, caption_many, caption_circle, caption_video):
        gr.api(endpoint, api_name=endpoint.__name__, **RUNS)


def _answers(updates: Iterator[Any]) -> Iterator[Json]:
    """Empty values until the result is there, so that a client that left is noticed."""
    for update in with_api_errors(updates):
        if isinstance(update, Ranked):
            yield {"ranked": [list(row) for row in update.rows], "run": update.card.as_json()}
        elif isinstance(update, Batch) and update.card:
            yield {
                "captions": [[row.name, row.caption, row.chance] for row in update.rows],
                "skipped": [[one.name, str(one.reason)] for one in update.skipped],
                "run": update.card.as_json(),
            }
        elif isinstance(update, Circled) and update.cosines is not None:
            runs = [card.as_json() for card in update.cards]
            cosines = update.cosines.tolist()
            yield {"texts": list(update.texts), "cosines": cosines, "runs": runs}
        elif isinstance(update, Telling) and update.cards:
            yield as_scenes(update)
        else:
            yield {}


def as_scenes(told: Telling) -> Json:
    """A told clip as plain values; the summary grows."""
    rows = zip(told.clip.scenes, told.captions, strict=False)
    return {
        "scenes": [[round(one.start, 2), round(one.end, 2), said] for one, said in rows],
        "seconds": round(told.clip.seconds, 2),
        "summary": told.summary,
        "runs": [card.as_json() for card in told.cards],
    }
