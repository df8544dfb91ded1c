"""A clip: its scenes in time, each described, and a summary that guesses at the whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
from markupsafe import Markup

from backend.captioning.service import Captioning
from backend.captioning.video import Scene
from backend.captioning.video_summary import Telling, tell_clip
from backend.errors import InputError
from demos.captioning.payload import picture_data
from demos.captioning.pictures import sample_pictures
from demos.shared.files import file_of
from demos.shared.handlers import LOOKS, visitor_of
from demos.shared.model_menu import model_menu
from demos.shared.section import Section, Updates, buttons, render_card, result
from demos.shared.strings import in_html, say, say_message, t

SECTION, TAB = "clip", "captioning"
SIDE = 320  # pixels of a scene on the page


def build(service: Captioning) -> Section:
    """Lay out the section."""
    with gr.Row(elem_classes="st-work"):
        with gr.Column(scale=4, min_width=320):
            clip = gr.File(
                label=t("captioning.clip"), file_count="single", height=160,
                elem_id="captioning-clip",
            )  # fmt: skip
            gr.HTML(
                Markup('<p class="st-quiet">{}</p>').format(in_html("captioning.clip.limits")),
                apply_default_css=False,
            )
            sample = gr.Button(t("captioning.clip.sample"), size="sm")
            run, stop = buttons(SECTION, TAB)
            model = model_menu(service.models())
        with gr.Column(scale=8, min_width=320):
            panel = result(SECTION, run, stop, tab=TAB)

    def answer(request: gr.Request, values: dict[str, Any]) -> Iterator[Updates]:
        def updates() -> Iterator[Any]:
            if not values["clip"]:
                raise InputError("no_video")
            path = Path(str(values["clip"]))
            yield from tell_clip(
                service.backend, path, path.name, visitor_of(request), values["model"] or ""
            )

        def render(language: str, told: Telling) -> Updates:
            return {panel.result: timeline(language, told), panel.card: cards_of(language, told)}

        yield from panel.stream(request, updates, render)

    sample.click(_sample, None, clip, **LOOKS)
    return Section(SECTION, panel, (), answer, [run.click], [], {"clip": clip, "model": model})


def _sample() -> str:
    """A clip of three example pictures, made on the spot."""
    from backend.captioning.sample_video import write_clip

    return file_of("three-scenes.webm", write_clip(sample_pictures()))


def cards_of(language: str, told: Telling) -> str:
    figures = ("scenes", "clip_seconds")
    return Markup("").join(
        Markup(render_card(language, card, *figures, task=TAB))  # noqa: S704 (made by Markup)
        for card in told.cards
    )


def timeline(language: str, told: Telling) -> str:
    """How long each scene is, each scene with its caption, and the summary."""
    scenes = told.clip.scenes
    strip = Markup("").join(
        Markup('<i style="flex-grow:{:.3f}"></i>').format(scene.end - scene.start)
        for scene in scenes
    )
    said = [*told.captions, *["…"] * len(scenes)]
    items = Markup("").join(_scene(scene, text) for scene, text in zip(scenes, said, strict=False))
    return Markup(
        '<section class="st-panel"><div class="cp-strip" aria-hidden="true">{}</div>'
        '<ol class="cp-circle">{}</ol>{}</section>'
    ).format(strip, items, _summary(language, told))


def _scene(scene: Scene, text: str) -> Markup:
    return Markup(
        '<li><span class="st-quiet">{}</span><img class="cp-still" src="{}" alt=""><b>{}</b></li>'
    ).format(_span(scene), picture_data(scene.picture, SIDE), text)


def _summary(language: str, told: Telling) -> Markup:
    if told.failure:
        body, note = say_message(language, told.failure), ""
    elif told.summary:
        model = told.cards[1].spec.name if len(told.cards) > 1 else "…"
        body, note = told.summary, say(language, "captioning.clip.guess", model=model)
    elif told.doing:
        body, note = say_message(language, told.doing), ""
    else:
        return Markup("")
    title = say(language, "captioning.clip.summary")
    return Markup('<h3>{}</h3><p class="cp-summary">{}</p><p class="st-quiet">{}</p>').format(
        title, body, note
    )


def _span(scene: Scene) -> str:
    return f"{_clock(scene.start)} – {_clock(scene.end)}"


def _clock(seconds: float) -> str:
    """Minutes and seconds, as players show them."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
