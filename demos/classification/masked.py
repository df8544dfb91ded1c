"""BERT's pretraining tasks: the masked word, and whether one sentence follows another."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import gradio as gr

from backend.classification.results import Filled, NextSentence
from backend.classification.service import Classification
from demos.classification import view
from demos.classification.fields import TAB, short_field, text_field
from demos.shared.handlers import visitor_of
from demos.shared.permalinks import Param
from demos.shared.section import Panel, Section, Updates, buttons, result

GAP, NEXT, VIEW = "gap", "next", "masked"


def build_gap(service: Classification) -> tuple[Section, gr.Column]:
    """Words for a gap; also gives the place of the examples."""
    with gr.Row(elem_classes="st-work"):
        with gr.Column(scale=5, min_width=320):
            text = short_field("classification-gap", "classification.gap")
            run, stop = buttons(GAP, TAB)
            examples_here = gr.Column()
        with gr.Column(scale=7, min_width=320):
            panel = result(GAP, run, stop, tab=TAB)
    starts, params = [run.click, text.submit], (Param.text("gap", text),)
    answer = partial(_fill, service, panel)
    section = Section(GAP, panel, params, answer, starts, [], view=VIEW)
    return section, examples_here


def build_next(service: Classification) -> tuple[Section, gr.Column]:
    """Does the second sentence follow the first? Also gives the place of the examples."""
    with gr.Row(elem_classes="st-work"):
        with gr.Column(scale=5, min_width=320):
            before, after = (
                text_field(f"classification-{name}", f"classification.{name}")
                for name in ("before", "after")
            )
            run, stop = buttons(NEXT, TAB)
            examples_here = gr.Column()
        with gr.Column(scale=7, min_width=320):
            panel = result(NEXT, run, stop, tab=TAB)
    params = (Param.text("before", before), Param.text("after", after))
    starts, answer = [run.click, after.submit], partial(_judge, service, panel)
    return Section(NEXT, panel, params, answer, starts, [], view=VIEW), examples_here


def _fill(
    service: Classification, panel: Panel, request: gr.Request, values: dict[str, Any]
) -> Iterator[Updates]:
    def render(language: str, update: Filled) -> Updates:
        return view.shown(panel, view.gaps(language, update), language, update.card)

    run = partial(service.fill_mask, values["gap"], visitor_of(request))
    yield from panel.stream(request, run, render)


def _judge(
    service: Classification, panel: Panel, request: gr.Request, values: dict[str, Any]
) -> Iterator[Updates]:
    def render(language: str, update: NextSentence) -> Updates:
        return view.shown(panel, view.next_sentence(language, update), language, update.card)

    run = partial(service.next_sentence, values["before"], values["after"], visitor_of(request))
    yield from panel.stream(request, run, render)
