"""The tab's endpoints: all that the page does, as plain JSON. /caption needs a picture alone."""

from __future__ import annotations

from collections.abc import Iterator

import gradio as gr

from backend.captioning.request import check_request, check_sentence
from backend.captioning.results import Batch, Caption, Described, Ranked, RoundTrip, VideoSummary
from backend.captioning.service import Captioning
from backend.errors import InputError
from backend.run import Progress
from demos.shared.endpoints import Json, add, answers
from demos.shared.files import named_path_of, named_paths_of, path_of
from demos.shared.handlers import visitor_of

MAX_RANKED = 32  # sentences for one picture
NOTHING_YET: Json = {"caption": "", "words": [], "candidates": [], "run": None}


def add_endpoints(service: Captioning) -> None:
    """Add them to the page that is being built."""
    _add_caption(service)
    _add_fit(service)
    _add_many(service)
    _add_circle(service)
    _add_video(service)


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
        language: str = "en",
    ) -> Iterator[Json]:
        """Describe, or answer a question: {"caption", "words", "candidates", "run"}, as it grows.
        `language` is "en" or "zh", where the model speaks it.

        Each word has its probability and its likeliest alternatives; with `looks` also the map of
        where the model looked, of sum 1. `run` is None until it is finished.
        """

        def start() -> Iterator[Progress | Described]:
            asked = check_request(
                path_of(image, "no_picture"), prefix, question, strategy=strategy, length=length,
                candidates=candidates, temperature=temperature, top_p=top_p, seed=seed,
                language=language,
            )  # fmt: skip
            return service.describe(asked, visitor_of(request), model)

        def as_json(described: Described) -> Json:
            return description_json(described, looks)

        yield from answers(start, as_json, NOTHING_YET)

    add(caption)


def _add_fit(service: Captioning) -> None:
    def caption_fit(
        request: gr.Request, image: gr.FileData, sentences: list[str]
    ) -> Iterator[Json]:
        """Sentences ranked by the search encoder's cosine: {"ranked": [[text, cosine]], "run"}."""

        def start() -> Iterator[Progress | Ranked]:
            if not isinstance(sentences, list):
                raise InputError("no_captions")
            if len(sentences) > MAX_RANKED:
                raise InputError("too_many_captions", count=len(sentences), limit=MAX_RANKED)
            texts = [check_sentence(one, "sentences") for one in sentences]
            asked = check_request(path_of(image, "no_picture"))
            return service.rank(asked.picture, texts, visitor_of(request))

        yield from answers(start, ranking_json)

    add(caption_fit)


def _add_many(service: Captioning) -> None:
    def caption_many(
        request: gr.Request,
        files: list[gr.FileData],
        prefix: str = "",
        model: str = "",
        language: str = "en",
    ) -> Iterator[Json]:
        """Files and ZIPs: {"captions": [[name, caption, probability]], "skipped", "run"}."""

        def start() -> Iterator[Progress | Batch]:
            paths = named_paths_of(files, "files")
            words = check_sentence(prefix, "prefix")
            return service.describe_all(paths, visitor_of(request), words, model, language)

        yield from answers(start, batch_json)

    add(caption_many)


def _add_circle(service: Captioning) -> None:
    def caption_circle(
        request: gr.Request,
        prompt: str,
        rounds: int = 3,
        seed: int | None = None,
        language: str = "en",
    ) -> Iterator[Json]:
        """Draw, describe, draw again: {"texts", "prompts", "cosines", "runs"}; the cosines are of
        the prompt, picture 1, caption 1, picture 2 and so on. `language` is that of the captions,
        "en" or "zh", where the model speaks it; `prompts` has the texts as the painter reads them.
        """

        def start() -> Iterator[Progress | RoundTrip]:
            return service.round_trip(prompt, visitor_of(request), rounds, language, seed=seed)

        yield from answers(start, round_trip_json)

    add(caption_circle)


def _add_video(service: Captioning) -> None:
    def caption_video(
        request: gr.Request, video: gr.FileData, model: str = "", language: str = "en"
    ) -> Iterator[Json]:
        """A clip's scenes, described and summed up by the text model:
        {"scenes": [[start, end, caption]], "seconds", "summary", "runs"}. `language` is "en" or
        "zh", where the models speak it."""

        def start() -> Iterator[Progress | VideoSummary]:
            name, path = named_path_of(video, "no_video")
            return service.summarise_video(path, name, visitor_of(request), model, language)

        yield from answers(start, video_json)

    add(caption_video)


def description_json(described: Described, looks: bool = False) -> Json:
    """A described picture; with `looks` each word has its attribution map."""
    best = described.captions[0] if described.captions else None
    return {
        "caption": best.text if best else "",
        "words": _words(best, looks) if best else [],
        "candidates": [
            {"caption": one.text, "probability": one.probability, "words": _words(one, looks)}
            for one in described.captions
        ],
        "frame": list(described.frame),
        "run": described.card.as_json() if described.card else None,
    }


def _words(caption: Caption, looks: bool) -> list[Json]:
    return [
        {
            "word": word.text,
            "probability": word.probability,
            "given": word.given,
            "alternatives": [[one.text, one.probability] for one in word.alternatives],
            **({"look": word.map.tolist()} if looks and word.map is not None else {}),
        }
        for word in caption.words
    ]


def ranking_json(ranked: Ranked) -> Json:
    return {"ranked": [list(row) for row in ranked.rows], "run": ranked.card.as_json()}


def batch_json(batch: Batch) -> Json | None:
    """None until it is finished, as below."""
    if batch.card is None:
        return None
    return {
        "captions": [[row.name, row.caption, row.probability] for row in batch.rows],
        "skipped": [[one.name, str(one.reason)] for one in batch.skipped],
        "run": batch.card.as_json(),
    }


def round_trip_json(trip: RoundTrip) -> Json | None:
    if trip.cosines is None:
        return None
    runs = [card.as_json() for card in trip.cards]
    return {
        "texts": list(trip.texts),
        "prompts": list(trip.prompts),
        "cosines": trip.cosines.tolist(),
        "runs": runs,
    }


def video_json(summary: VideoSummary) -> Json | None:
    """None until all scenes are described; from then on the summary grows."""
    if not summary.cards:
        return None
    rows = zip(summary.video.scenes, summary.captions, strict=False)
    return {
        "scenes": [[round(one.start, 2), round(one.end, 2), said] for one, said in rows],
        "seconds": round(summary.video.seconds, 2),
        "summary": summary.summary,
        "runs": [card.as_json() for card in summary.cards],
    }
