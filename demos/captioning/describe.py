"""Describe: a picture in words with their probabilities, where the model looked, and which sentence
fits best."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import gradio as gr

from backend.captioning.request import OPTIONS, CaptionRequest, check_request
from backend.captioning.results import Described
from backend.captioning.service import Captioning
from demos.captioning.pictures import PICTURES, picture_of, picture_with_example
from demos.captioning.stage import build_stage
from demos.captioning.view import TAB, View, picked, stream
from demos.shared.controls import control, line
from demos.shared.handlers import LISTENER, RUNS
from demos.shared.model_menu import linked_model, model_menu
from demos.shared.permalinks import Param
from demos.shared.section import Section, Updates, buttons, result
from demos.shared.strings import language_of, t

SECTION = "describe"
SENTENCES = ("question", "prefix", "own")
SETTINGS = ("strategy", "length", "candidates", "temperature", "top_p")


def build(service: Captioning) -> tuple[Section, gr.Column]:
    """Lay out and wire the section; the column is for the examples."""
    with gr.Row(elem_classes="st-work"):
        with gr.Column(scale=4, min_width=320):
            picture, example = picture_with_example("picture", height=260)
            run, stop = buttons(SECTION, tab=TAB)
            examples = gr.Column()
            sentences = {name: line(TAB, name, elem_id=f"captioning-{name}") for name in SENTENCES}
            settings = _settings(service)
        with gr.Column(scale=8, min_width=320, elem_id="captioning-right"):
            panel = result(SECTION, run, stop, card_later=True, tab=TAB)
            stage = build_stage()
            fit = gr.HTML(elem_id="captioning-fit", apply_default_css=False)
            panel.card.render()
    view = View(replace(panel, clears=(stage, fit)), stage, fit, picture, gr.State(None))

    def answer(request: gr.Request, values: dict[str, Any]) -> Iterator[Updates]:
        yield from describe(service, view, request, values)

    texts = (Param.text(name, field) for name, field in sentences.items())
    params = (example, *texts, *settings)
    starts = [run.click, *(field.submit for field in sentences.values())]
    unlinked = {"picture": picture}
    section = Section(SECTION, view.panel, params, answer, starts, view.outputs, unlinked)
    _connect_alternatives(service, view, sentences["own"])
    return section, examples


def _settings(service: Captioning) -> tuple[Param, ...]:
    """The folded settings."""
    with gr.Accordion(t("common.settings"), open=False, elem_id="captioning-settings"):
        options = [Param.option(OPTIONS[name], control(TAB, OPTIONS[name])) for name in SETTINGS]
        seed = Param.place(OPTIONS["seed"], line(TAB, "seed", elem_id="captioning-seed"))
        model = Param("model", model_menu(service.models()), linked_model(service.models()), "")
    return (*options, seed, model)


def describe(
    service: Captioning, view: View, request: gr.Request, values: dict[str, Any]
) -> Iterator[Updates]:
    """A run with the form's values."""

    def check() -> CaptionRequest:
        options = {name: values[name] for name in OPTIONS}
        return check_request(
            picture_of(values),
            values["prefix"],
            values["question"],
            language=language_of(request),
            **options,
        )

    if values.get("example") in PICTURES:
        yield {view.picture: picture_of(values)}
    yield from stream(service, view, request, check, values["own"], values["model"] or "")


def _connect_alternatives(service: Captioning, view: View, own: gr.Textbox) -> None:
    """A click on an alternative: the caption begins with it, and the model continues from there."""

    def continue_from(
        request: gr.Request, described: Described | None, sentence: str, event: gr.EventData
    ) -> Iterator[Updates]:
        places = [getattr(event, name, None) for name in ("caption", "word", "alternative")]
        tokens = picked(described, places)
        if described is None or described.card is None or tokens is None:
            return
        asked = replace(described.request, prefix="", prefix_tokens=tokens, strategy="greedy")
        model = described.card.spec.id
        yield from stream(service, view, request, lambda: asked, sentence, model)

    outputs = [*view.panel.components, *view.outputs]
    view.stage.click(continue_from, [view.shown, own], outputs, **LISTENER, **RUNS)
