"""Video: its scenes in time, each with a caption, and a summary that guesses at the whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
from markupsafe import Markup

from backend.captioning.results import Scene, VideoSummary
from backend.captioning.service import Captioning
from backend.errors import InputError
from backend.languages import language_for
from backend.options import ChoiceOption
from backend.run import Progress
from demos.captioning.pictures import sample_pictures
from demos.captioning.view import TAB
from demos.shared import html
from demos.shared.file_field import file_field
from demos.shared.files import file_of
from demos.shared.handlers import visitor_of
from demos.shared.model_menu import model_menu
from demos.shared.permalinks import Param, hidden_field
from demos.shared.section import Section, Updates, buttons, render_card, result
from demos.shared.strings import in_html, language_of, say, say_message, t

SECTION = "clip"  # in links and element ids
SAMPLE = ChoiceOption("film", "", ("", "scenes"))  # in place of a video of one's own
FIGURES = ("scenes", "clip_seconds")  # on the run card
MAX_SIDE = 320  # pixels of a scene on the page


def build(service: Captioning) -> tuple[Section, gr.Column]:
    """Lay out the section; the column is for the examples."""
    with gr.Row(elem_classes="st-work"):
        with gr.Column(scale=4, min_width=320):
            video = _field()
            sample = hidden_field()
            run, stop = buttons(SECTION, tab=TAB)
            examples = gr.Column()
            model = model_menu(service.models())
        with gr.Column(scale=8, min_width=320):
            panel = result(SECTION, run, stop, tab=TAB)

    def answer(request: gr.Request, values: dict[str, Any]) -> Iterator[Updates]:
        yield {panel.run: gr.Button(interactive=False)}  # while the example is being written
        made = _sample() if SAMPLE.check(values["film"]) else ""
        given = (Path(made).name, Path(made)) if made else values["clip"]

        def results() -> Iterator[Progress | VideoSummary]:
            if not given:
                raise InputError("no_video")
            (name, path), visitor = given, visitor_of(request)
            model, language = values["model"] or "", language_of(request)
            yield from service.summarise_video(path, name, visitor, model, language)

        def render(language: str, summary: VideoSummary) -> Updates:
            cards = cards_of(language, summary)
            return {panel.result: timeline(language, summary), panel.card: cards}

        if made:
            yield {video: made}
        yield from panel.stream(request, results, render)

    gr.on([video.upload, video.clear], fn=None, js="() => ''", outputs=sample)
    params, unlinked = (Param.option(SAMPLE, sample),), {"clip": video, "model": model}
    return Section(SECTION, panel, params, answer, [run.click], [video], unlinked), examples


def _field() -> gr.File:
    """The field for a video, and below it how long it may be."""
    looks = {"height": 160, "elem_id": "captioning-clip"}
    video = file_field(label=t("captioning.clip"), file_count="single", **looks)
    limits = Markup('<p class="st-quiet">{}</p>').format(in_html("captioning.clip.limits"))
    gr.HTML(limits, apply_default_css=False)
    return video


def _sample() -> str:
    """A video of three example pictures, made on the spot."""
    from backend.captioning.sample_video import write_video

    return file_of("three-scenes.webm", write_video(sample_pictures()))


def cards_of(language: str, summary: VideoSummary) -> str:
    cards = (render_card(language, card, *FIGURES, task=TAB) for card in summary.cards)
    return Markup("").join(cards)


def timeline(language: str, summary: VideoSummary) -> str:
    """How long each scene is, each scene with its caption, and the summary."""
    captions = [*summary.captions, *["…"] * len(summary.video.scenes)]
    scenes = [
        {
            "seconds": scene.end - scene.start,
            "span": _span(scene),
            "picture": html.data_url(scene.picture, max_side=MAX_SIDE),
            "caption": caption,
        }
        for scene, caption in zip(summary.video.scenes, captions, strict=False)
    ]
    text, note = _summary(language, summary)
    return html.render("captioning/video.html", language, scenes=scenes, summary=text, note=note)


def _summary(language: str, summary: VideoSummary) -> tuple[str, str]:
    """The summary, or what there is in its place; and a note below it."""
    if summary.failure:
        return say_message(language, summary.failure), ""
    if summary.summary:
        spec = summary.cards[1].spec if len(summary.cards) > 1 else None
        model = spec.name if spec else "…"
        note = say(language, "captioning.clip.guess", model=model)
        if spec and language_for(spec, language) != language:
            note += say(language, "captioning.clip.in_english", model=model)
        return summary.summary, note
    return say_message(language, summary.doing) if summary.doing else "", ""


def _span(scene: Scene) -> str:
    return f"{_clock(scene.start)} – {_clock(scene.end)}"


def _clock(seconds: float) -> str:
    """Minutes and seconds, as players show them."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
