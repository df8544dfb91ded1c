"""A text with a picture: each alone, mixed late by a slider, or joined early by a taught head."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from backend import gallery
from backend.classification.request import WEIGHT
from backend.classification.results import FusedResult, Pair
from backend.classification.service import Classification
from backend.errors import InputError
from backend.messages import Message
from backend.pictures import read_picture
from backend.run import Progress
from demos.classification import view
from demos.classification.fields import TAB, short_field, text_field
from demos.shared import states
from demos.shared.controls import line, slider
from demos.shared.handlers import (
    LISTENER,
    RUNS,
    connect_stop,
    visitor_of,
    with_visible_errors,
)
from demos.shared.picture_field import picture_field
from demos.shared.section import Panel, Updates, buttons, result
from demos.shared.strings import language_of, say, t

SECTION = "picture"
APPLE = Path(__file__).resolve().parents[2] / "assets" / "examples" / "apple.png"
GALLERY_LESSON = (  # texts and pictures that agree; the head learns four labels from them
    ("I ate a fresh apple for lunch.", "food-fruit-apple_fuji.webp", "apple"),
    ("The apples on our tree are ripe.", "food-fruit-apple_green.webp", "apple"),
    ("The car needs new tyres.", "vehicles-auto-sedan.webp", "car"),
    ("She drives her car to work.", "vehicles-auto-beetle.webp", "car"),
    ("The dog barks at the postman.", "animals-mammals-dogs-dog.webp", "dog"),
    ("Our dog likes long walks.", "animals-mammals-dogs-dingo.webp", "dog"),
)
SAMPLE = ("My new car is parked outside.", str(APPLE), "apple, car, dog, house")  # they disagree


@dataclass(frozen=True)
class View:
    """What the section's handlers change. Remembered pairs are in the visitor's own session."""

    panel: Panel
    last: gr.State  # FusedResult or None
    pairs: gr.State  # list of Pair
    note: gr.HTML


def build(service: Classification) -> None:
    """Lay out and wire the section."""
    pairs, last = gr.State([]), gr.State(None)
    with gr.Row(elem_classes="st-work"):
        with gr.Column(scale=5, min_width=320):
            text = text_field("classification-caption", "classification.caption")
            picture = picture_field(label=t("classification.picture"), height=220)
            labels = short_field("classification-picture-labels", "classification.labels")
            weight = slider(TAB, WEIGHT)
            run, stop = buttons(SECTION, TAB)
            with gr.Row(elem_classes="st-examples"):
                sample = gr.Button(t("classification.picture.sample"), size="sm")
                lesson = gr.Button(t("classification.picture.lesson"), size="sm")
        with gr.Column(scale=7, min_width=320):
            panel = result(SECTION, run, stop, tab=TAB)
            with gr.Row(elem_classes="st-after"):
                label = line(TAB, "remember")
                remember = gr.Button(t("classification.remember.run"), size="sm")
            changed = View(panel, last, pairs, gr.HTML(apply_default_css=False))
    filled = sample.click(lambda: SAMPLE, None, [text, picture, labels], **LISTENER)

    def take(request: gr.Request) -> Iterator[Updates]:
        yield from take_lesson(service, changed, request)

    learnt = lesson.click(take, None, [changed.pairs, changed.note], **LISTENER, **RUNS)
    taught = learnt.then(lambda: SAMPLE, None, [text, picture, labels], **LISTENER)
    starts, after = [run.click, text.submit, labels.submit], [filled, taught]
    _connect_run(service, changed, starts, after, [text, picture, labels, weight])
    connect_stop(service.backend, panel.stop)
    _connect_weight(changed, weight)
    _connect_remember(service, changed, remember, label)


def _connect_run(
    service: Classification,
    changed: View,
    starts: list[Any],
    after: list[Any],
    inputs: list[Any],
) -> None:
    """A run at each of `starts`, and once each of `after` has filled the form."""

    def run_fusion(
        request: gr.Request, text: str, path: str, labels: str, weight: float, pairs: list[Pair]
    ) -> Iterator[Updates]:
        def updates() -> Iterator[Progress | FusedResult]:
            picture, head = read_picture(path) if path else None, service.fusion_head(pairs)
            yield from service.fuse(text, picture, labels, visitor_of(request), weight, head)

        def render(language: str, update: FusedResult) -> Updates:
            drawn = view.fused(language, update.fused, weight)
            shown = view.shown(changed.panel, drawn, language, update.card)
            return {**shown, changed.last: update}

        yield from changed.panel.stream(request, updates, render)

    outputs = [*changed.panel.components, changed.last]
    gr.on(starts, run_fusion, [*inputs, changed.pairs], outputs, **LISTENER, **RUNS)
    for filled in after:
        filled.then(run_fusion, [*inputs, changed.pairs], outputs, **LISTENER, **RUNS)


def take_lesson(service: Classification, changed: View, request: gr.Request) -> Iterator[Updates]:
    """Learn from ready pairs, in place of pairs that the visitor remembers one by one."""
    language = language_of(request)
    rows = [(text, gallery.file_of(name), label) for text, name, label in GALLERY_LESSON]

    def steps() -> Iterator[Updates]:
        for update in service.teach_pairs(rows, visitor_of(request)):
            if isinstance(update, Progress):
                yield {changed.note: states.loading(language, update)}
            else:
                said = _remembered(language, update.pairs)
                yield {changed.pairs: list(update.pairs), changed.note: said}

    def failed(reason: Message) -> Updates:
        return {changed.note: states.error(language, reason)}

    def stopped() -> Updates:
        return {changed.note: states.notice_of(language, "stopped_early")}

    yield from with_visible_errors(steps(), failed, stopped)


def _connect_weight(changed: View, weight: gr.Slider) -> None:
    """The slider moves the bars without another run."""

    def mix(request: gr.Request, share: float, last: FusedResult | None) -> Any:
        return view.fused(language_of(request), last.fused, share) if last else gr.skip()

    weight.input(mix, [weight, changed.last], changed.panel.result, queue=False, **LISTENER)


def _connect_remember(
    service: Classification, changed: View, button: gr.Button, label: gr.Textbox
) -> None:
    def keep(
        request: gr.Request, name: str, last: FusedResult | None, pairs: list[Pair]
    ) -> Updates:
        return remember(service, changed, request, name, last, pairs)

    inputs, outputs = [label, changed.last, changed.pairs], [changed.pairs, changed.note]
    button.click(keep, inputs, outputs, queue=False, **LISTENER)


def remember(
    service: Classification,
    changed: View,
    request: gr.Request,
    label: str,
    last: FusedResult | None,
    pairs: list[Pair],
) -> Updates:
    """Remember the pair on screen under a label, for early fusion."""
    language = language_of(request)
    try:
        kept = service.remember(last, label, pairs)
    except InputError as error:
        return {changed.note: states.error(language, error.message)}
    return {changed.pairs: kept, changed.note: _remembered(language, kept)}


def _remembered(language: str, pairs: Sequence[Pair]) -> str:
    names = ", ".join(sorted({pair.label for pair in pairs}))
    count = len(pairs)
    return states.notice(say(language, "classification.remembered", count=count, labels=names))
