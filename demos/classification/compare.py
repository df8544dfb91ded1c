"""Two texts, or two experts on one text, beside each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr
from markupsafe import Markup

from backend.classification.service import Classification, Classified
from demos.classification.charts import bars, verdict
from demos.classification.fields import text_field
from demos.classification.labels import expert_menu, expert_param, label_names
from demos.shared.handlers import LOOKS, visitor_of
from demos.shared.permalinks import Param
from demos.shared.section import Section, Updates, buttons, render_card, result

COMPARE = "compare"


def build_compare(service: Classification) -> tuple[Section, gr.Column]:
    """Two texts and two experts; also gives the place of the examples."""
    with gr.Row(elem_classes="st-work"):
        with gr.Column(scale=5, min_width=320):
            first = text_field("classification-first", "classification.first")
            first_expert = expert_menu(service.experts(), auto=False)
            second = text_field("classification-second", "classification.second")
            second_expert = expert_menu(service.experts(), auto=False)
            run, stop = buttons(COMPARE)
            examples_here = gr.Column()
        with gr.Column(scale=7, min_width=320):
            panel = result(COMPARE, run, stop)
    params = (
        Param.text("first", first),
        expert_param(service, "first_expert", first_expert),
        Param.text("second", second),
        expert_param(service, "second_expert", second_expert),
    )

    def answer(request: gr.Request, values: dict[str, Any]) -> Iterator[Updates]:
        visitor, seen = visitor_of(request), []
        second_text = values["second"] or values["first"]  # two experts on one text

        def updates() -> Iterator[Any]:
            yield from service.classify(values["first"], visitor, values["first_expert"])
            yield from service.classify(second_text, visitor, values["second_expert"])

        def render(language: str, update: Classified) -> Updates:
            seen.append(update)
            return {
                panel.result: render_pair(language, seen),
                panel.card: "".join(render_card(language, found.card) for found in seen),
            }

        yield from panel.stream(request, updates, render)

    first.blur(
        lambda text, copy: copy or text, [first, second], second, queue=False, **LOOKS,
    )  # fmt: skip
    starts = [run.click, second.submit]
    return Section(COMPARE, panel, params, answer, starts, []), examples_here


def render_pair(language: str, pair: list[Classified]) -> str:
    """One column each; with the same labels, the second has marks where the first stood."""
    columns = []
    for number, found in enumerate(pair):
        first = pair[0].scores if number else None
        comparable = first is not None and first.labels == found.scores.labels
        names = label_names(language, found.scores.labels)
        drawn = bars(language, found.scores, first if comparable else None, names)
        columns.append(
            Markup(
                '<section class="st-panel"><p class="st-quiet">{}</p><q>{}</q>{}{}</section>'
            ).format(found.card.spec.name, found.text, verdict(found.scores, names), drawn)
        )
    return Markup('<div class="st-pair">{}</div>').format(Markup("").join(columns))
