"""Labels of one's own, with no training; and how much the wording of the question matters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr
from markupsafe import Markup

from backend.classification.labels import (
    DEFAULT_TEMPLATE,
    TEMPLATES,
    check_labels,
    check_template,
)
from backend.classification.service import Asked, Classification
from backend.options import ChoiceOption
from demos.classification.charts import bars, grid, verdict
from demos.classification.fields import text_field
from demos.classification.labels import menu_name
from demos.shared.handlers import visitor_of
from demos.shared.model_menu import linked_model
from demos.shared.permalinks import Param
from demos.shared.section import Section, Updates, buttons, render_card, result
from demos.shared.strings import say, t

SECTION = "zero_shot"
ONE, SEVERAL = "one", "several"


def build(service: Classification) -> tuple[Section, gr.Column]:
    """Lay out the section; also gives the place of the examples."""
    with gr.Row(elem_classes="st-work"):
        with gr.Column(scale=5, min_width=320):
            text = text_field("classification-asked")
            labels = gr.Textbox(
                "",
                label=t("classification.labels"),
                info=t("classification.labels.info"),
                placeholder=t("classification.labels.placeholder"),
                max_lines=6,
                elem_id="classification-labels",
            )
            run, stop = buttons(SECTION)
            examples_here = gr.Column()
            template = gr.Textbox(
                DEFAULT_TEMPLATE,
                label=t("classification.template"),
                info=t("classification.template.info"),
                max_lines=2,
            )
            how_many = gr.Radio(
                [(t(f"classification.how_many.{way}"), way) for way in (ONE, SEVERAL)],
                value=ONE,
                label=t("classification.how_many"),
            )
            model = _menu(service)
        with gr.Column(scale=7, min_width=320):
            panel = result(SECTION, run, stop)
    params = (
        Param.text("asked", text),
        Param("labels", labels, lambda value: ", ".join(check_labels(value)), ""),
        Param("template", template, check_template, DEFAULT_TEMPLATE),
        Param.option(ChoiceOption("how_many", ONE, (ONE, SEVERAL)), how_many),
        Param("zero_shot_model", model, linked_model(service.zero_shot_models()), ""),
    )

    def answer(request: gr.Request, values: dict[str, Any]) -> Iterator[Updates]:
        def updates() -> Iterator[Any]:
            return service.zero_shot(
                values["asked"],
                values["labels"],
                visitor_of(request),
                values["template"],
                values["how_many"] == SEVERAL,
                values["zero_shot_model"] or "",
                wordings=TEMPLATES,
            )

        def render(language: str, update: Asked) -> Updates:
            return {
                panel.result: render_asked(language, update),
                panel.card: render_card(language, update.card),
            }

        yield from panel.stream(request, updates, render)

    starts = [run.click, text.submit, labels.submit, template.submit]
    return Section(SECTION, panel, params, answer, starts, []), examples_here


def render_asked(language: str, asked: Asked) -> str:
    """The bars of the visitor's own wording, then all wordings beside each other."""
    scores = asked.grid.rows[0]
    rows = [
        (template, [row.of(label) for label in scores.labels])
        for template, row in zip(asked.grid.templates, asked.grid.rows, strict=True)
    ]
    tops = {row.top for row in asked.grid.rows}
    key = "agree" if len(tops) == 1 else "differ"
    remark = say(language, f"classification.wordings.{key}", count=len(rows), labels=len(tops))
    table = grid(language, scores.labels, rows, say(language, "classification.wordings"))
    return Markup('<section class="st-panel">{}{}{}<p class="st-quiet">{}</p></section>').format(
        verdict(scores), bars(language, scores), table, remark
    )


def _menu(service: Classification) -> gr.Dropdown:
    choices = [(menu_name(spec), spec.id) for spec in service.zero_shot_models()]
    return gr.Dropdown(
        [(t("common.model.auto"), ""), *choices],
        value="",
        label=t("common.model"),
        info=t("classification.zero_shot.model.info"),
    )
