"""Two texts, or two experts on one text, beside each other."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import gradio as gr
from markupsafe import Markup

from backend.classification.results import Classified
from backend.classification.service import Classification
from backend.run import Progress
from demos.classification import view
from demos.classification.fields import TAB, expert_menu, expert_param, text_field
from demos.shared.handlers import LISTENER, visitor_of
from demos.shared.permalinks import Param
from demos.shared.section import Panel, Section, Updates, buttons, render_card, result

SECTION = "compare"


def build(service: Classification) -> tuple[Section, gr.Column]:
    """Lay out the section; also gives the place of the examples."""
    with gr.Row(elem_classes="st-work"):
        with gr.Column(scale=5, min_width=320):
            first = text_field("classification-first", "classification.first")
            first_expert = expert_menu(service.experts(), auto=False)
            second = text_field("classification-second", "classification.second")
            second_expert = expert_menu(service.experts(), auto=False)
            run, stop = buttons(SECTION, TAB)
            examples_here = gr.Column()
        with gr.Column(scale=7, min_width=320):
            panel = result(SECTION, run, stop, tab=TAB)
    params = (
        Param.text("first", first),
        expert_param(service, "first_expert", first_expert),
        Param.text("second", second),
        expert_param(service, "second_expert", second_expert),
    )
    first.blur(
        lambda text, copy: copy or text, [first, second], second, queue=False, **LISTENER,
    )  # fmt: skip
    starts, answer = [run.click, second.submit], partial(_answer, service, panel)
    return Section(SECTION, panel, params, answer, starts, []), examples_here


def _answer(
    service: Classification, panel: Panel, request: gr.Request, values: dict[str, Any]
) -> Iterator[Updates]:
    visitor = visitor_of(request)
    seen: list[Classified] = []

    def updates() -> Iterator[Progress | Classified]:
        yield from service.classify(values["first"], visitor, values["first_expert"])
        second = values["second"] or values["first"]  # two experts on one text
        yield from service.classify(second, visitor, values["second_expert"])

    def render(language: str, update: Classified) -> Updates:
        seen.append(update)
        cards = [Markup(render_card(language, found.card, task=TAB)) for found in seen]  # noqa: S704 (made by Markup)
        return {panel.result: view.pair(language, seen), panel.card: Markup("").join(cards)}

    yield from panel.stream(request, updates, render)
