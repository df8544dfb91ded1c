"""A text with a picture: each alone, mixed late by a slider, or joined early by a taught head."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr
from markupsafe import Markup

from backend.classification.fusion import Pair, teach_pairs
from backend.classification.labels import check_label
from backend.classification.scores import Scores
from backend.classification.service import MOST_PAIRS, Classification, FusedResult
from backend.errors import InputError
from backend.pictures import read_picture
from demos.classification.charts import bars
from demos.classification.fields import short_field, text_field
from demos.shared import states
from demos.shared.handlers import LOOKS, RUNS, connect_stop, visitor_of
from demos.shared.picture_field import picture_field
from demos.shared.section import Panel, Updates, buttons, render_card, result
from demos.shared.strings import language_of, say, t

SECTION = "picture"
APPLE = Path(__file__).resolve().parents[2] / "assets" / "examples" / "apple.png"
SAMPLE = ("My new car is parked outside.", str(APPLE), "apple, car, dog, house")  # they disagree


def build(service: Classification) -> None:
    """Lay out and wire the section. Remembered pairs live in the visitor's own session."""
    pairs, last = gr.State([]), gr.State(None)
    with gr.Row(elem_classes="st-work"):
        with gr.Column(scale=5, min_width=320):
            text = text_field("classification-caption", "classification.caption")
            picture = picture_field(label=t("classification.picture"), height=220)
            labels = short_field("classification-picture-labels", "classification.labels")
            weight = gr.Slider(
                0, 1, 0.5, step=0.05, label=t("classification.weight"),
                info=t("classification.weight.info"),
            )  # fmt: skip
            run, stop = buttons(SECTION)
            sample = gr.Button(t("classification.picture.sample"), size="sm")
        with gr.Column(scale=7, min_width=320):
            panel = result(SECTION, run, stop)
            with gr.Row(elem_classes="st-after"):
                label = gr.Textbox(
                    "", label=t("classification.remember"), info=t("classification.remember.info"),
                    max_lines=1,
                )  # fmt: skip
                remember = gr.Button(t("classification.remember.run"), size="sm")
            note = gr.HTML(apply_default_css=False)

    def run_fusion(
        request: gr.Request, words: str, seen: Any, names: str, share: float, known: list[Pair]
    ) -> Iterator[Updates]:
        yield from _fuse(service, panel, last, request, (words, seen, names, share, known))

    gr.on(
        [run.click, text.submit, labels.submit],
        run_fusion,
        [text, picture, labels, weight, pairs],
        [*panel.components, last],
        **LOOKS,
        **RUNS,
    )
    connect_stop(service.backend, panel.stop)
    sample.click(lambda: SAMPLE, None, [text, picture, labels], **LOOKS)

    def mix(request: gr.Request, share: float, fused: FusedResult | None) -> Any:
        """The slider moves the bars without asking the model again."""
        return render_fused(language_of(request), fused, share) if fused else gr.skip()

    weight.input(mix, [weight, last], panel.result, queue=False, **LOOKS)

    def keep(
        request: gr.Request, name: str, fused: FusedResult | None, known: list[Pair]
    ) -> Updates:
        return _keep(request, name, fused, known, pairs, note)

    remember.click(keep, [label, last, pairs], [pairs, note], queue=False, **LOOKS)


def _fuse(
    service: Classification,
    panel: Panel,
    last: gr.State,
    request: gr.Request,
    asked: tuple[Any, ...],
) -> Iterator[Updates]:
    words, seen, names, share, known = asked

    def updates() -> Iterator[Any]:
        head = teach_pairs(known) if len({pair.label for pair in known}) > 1 else None
        picture = read_picture(seen) if seen else None
        yield from service.fuse(words, picture, names, visitor_of(request), share, head)

    def render(language: str, update: FusedResult) -> Updates:
        return {
            panel.result: render_fused(language, update, share),
            panel.card: render_card(language, update.card),
            last: update,
        }

    yield from panel.stream(request, updates, render)


def _keep(
    request: gr.Request,
    name: str,
    fused: FusedResult | None,
    known: list[Pair],
    pairs: gr.State,
    note: gr.HTML,
) -> Updates:
    """Remember the pair on screen under a label, for early fusion."""
    language = language_of(request)
    try:
        if fused is None:
            raise InputError("no_pair")
        label = check_label(name)
        if len(known) >= MOST_PAIRS:
            raise InputError("too_many_examples", count=len(known) + 1, limit=MOST_PAIRS)
    except InputError as error:
        return {note: states.error(language, error.message)}
    kept = [*known, replace(fused.fused.pair, label=label)]
    names = ", ".join(sorted({pair.label for pair in kept}))
    said = say(language, "classification.remembered", count=len(kept), labels=names)
    return {pairs: kept, note: states.notice(said)}


def render_fused(language: str, result: FusedResult, share: float) -> str:
    """The four answers beside each other."""
    fused = result.fused
    mixed = tuple(
        (1 - share) * text + share * picture
        for text, picture in zip(fused.text.values, fused.picture.values, strict=True)
    )
    answers = [
        ("text", fused.text),
        ("picture", fused.picture),
        ("late", Scores(fused.text.labels, mixed)),
        ("early", fused.early),
    ]
    panels = Markup("").join(_answer(language, name, scores) for name, scores in answers)
    return Markup('<div class="st-pair">{}</div>').format(panels)


def _answer(language: str, name: str, scores: Scores | None) -> Markup:
    title = say(language, f"classification.fusion.{name}")
    body = (
        bars(language, scores)
        if scores
        else Markup('<p class="st-quiet">{}</p>').format(
            say(language, "classification.fusion.untaught")
        )
    )
    return Markup('<section class="st-panel"><h3>{}</h3>{}</section>').format(title, body)
