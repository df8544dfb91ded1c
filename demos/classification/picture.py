"""A text with a picture: each alone, mixed late by a slider, or joined early by a taught head."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from backend import gallery
from backend.classification.request import WEIGHT
from backend.classification.results import FusedResult, Pair, PairsTaught
from backend.classification.service import Classification
from backend.errors import InputError
from backend.options import ChoiceOption
from backend.pictures import read_picture
from backend.run import Progress
from demos.classification import view
from demos.classification.fields import TAB, short_field, text_field
from demos.shared import states
from demos.shared.controls import line, slider
from demos.shared.handlers import LISTENER, visitor_of
from demos.shared.permalinks import Param, hidden_field
from demos.shared.picture_field import picture_field
from demos.shared.section import Panel, Section, Updates, buttons, result
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
EXAMPLE = ChoiceOption("pair_of", "", ("", "apple"))  # in place of a picture of one's own
LESSON = ChoiceOption("lesson", "", ("", "ready"))  # in place of pairs remembered one by one
# A text that disagrees with the picture of an apple.
SAMPLE = {
    EXAMPLE.name: "apple",
    "caption": "My new car is parked outside.",
    "picture_labels": "apple, car, dog, house",
}


@dataclass(frozen=True)
class View:
    """What the section's handlers change. Remembered pairs are in the visitor's own session."""

    panel: Panel
    picture: gr.Image
    last: gr.State  # FusedResult or None
    pairs: gr.State  # list of Pair
    note: gr.HTML


def build(service: Classification) -> tuple[Section, gr.Column]:
    """Lay out and wire the section; the column is for the examples."""
    pairs, last = gr.State([]), gr.State(None)
    with gr.Row(elem_classes="st-work"):
        with gr.Column(scale=5, min_width=320):
            text = text_field("classification-caption", "classification.caption")
            picture = picture_field(label=t("classification.picture"), height=220)
            labels = short_field("classification-picture-labels", "classification.labels")
            weight = slider(TAB, WEIGHT)
            run, stop = buttons(SECTION, TAB)
            example, lesson, examples = hidden_field(), hidden_field(), gr.Column()
        with gr.Column(scale=7, min_width=320):
            panel = result(SECTION, run, stop, tab=TAB)
            with gr.Row(elem_classes="st-after"):
                label = line(TAB, "remember")
                remember = gr.Button(t("classification.remember.run"), size="sm")
            changed = View(panel, picture, last, pairs, gr.HTML(apply_default_css=False))
    own = [picture.upload, picture.clear, picture.input]
    gr.on(own, fn=None, js="() => ''", outputs=example)
    params = (
        Param.option(EXAMPLE, example),
        Param.text("caption", text),
        Param.text("picture_labels", labels),
        Param.option(WEIGHT, weight),
        Param.option(LESSON, lesson),
    )
    _connect_weight(changed, weight)
    _connect_remember(service, changed, remember, label)
    starts, answer = [run.click, text.submit, labels.submit], partial(_answer, service, changed)
    unlinked, outputs = {"picture": picture, "pairs": pairs}, [picture, last, pairs, changed.note]
    return Section(SECTION, panel, params, answer, starts, outputs, unlinked), examples


def _answer(
    service: Classification, changed: View, request: gr.Request, values: dict[str, Any]
) -> Iterator[Updates]:
    """A run with the form's values."""
    if EXAMPLE.check(values[EXAMPLE.name]):
        yield {changed.picture: str(APPLE)}

    def render(language: str, update: PairsTaught | FusedResult) -> Updates:
        if isinstance(update, PairsTaught):
            pairs = list(update.pairs)
            return {changed.pairs: pairs, changed.note: _remembered(language, pairs)}
        drawn = view.fused(language, update.fused, values[WEIGHT.name])
        shown = view.shown(changed.panel, drawn, language, update.card)
        return {**shown, changed.last: update}

    run = partial(learn_and_fuse, service, values, visitor_of(request))
    yield from changed.panel.stream(request, run, render)


def learn_and_fuse(
    service: Classification, values: dict[str, Any], visitor: str
) -> Iterator[Progress | PairsTaught | FusedResult]:
    """The ready lesson, where it is asked for and not yet learnt, and then the four answers."""
    pairs: Sequence[Pair] = values["pairs"]
    if LESSON.check(values[LESSON.name]) and not has_lesson(pairs):
        for update in service.teach_pairs(lesson_rows(), visitor):
            pairs = update.pairs if isinstance(update, PairsTaught) else pairs
            yield update
    path = str(APPLE) if values[EXAMPLE.name] else values["picture"]
    picture, head = read_picture(path) if path else None, service.fusion_head(pairs)
    asked = values["caption"], picture, values["picture_labels"]
    yield from service.fuse(*asked, visitor, values[WEIGHT.name], head)


def lesson_rows() -> list[tuple[str, Path, str]]:
    """(text, picture, label) of the ready pairs."""
    return [(text, gallery.file_of(name), label) for text, name, label in GALLERY_LESSON]


def has_lesson(pairs: Sequence[Pair]) -> bool:
    """Whether the ready pairs are the first of those remembered."""
    ready = [label for *_, label in GALLERY_LESSON]
    return [pair.label for pair in pairs[: len(ready)]] == ready


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
