"""Any labels, with no training; and how much the wording of the question matters."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import gradio as gr

from backend.classification.request import (
    DEFAULT_TEMPLATE,
    TEMPLATES,
    check_labels,
    check_template,
)
from backend.classification.results import ZeroShotResult
from backend.classification.service import Classification
from backend.options import ChoiceOption
from demos.classification import view
from demos.classification.fields import TAB, menu_name, text_field
from demos.shared.controls import radio
from demos.shared.handlers import visitor_of
from demos.shared.model_menu import linked_model
from demos.shared.permalinks import Param
from demos.shared.section import Panel, Section, Updates, buttons, result
from demos.shared.strings import t

SECTION = "zero_shot"
ONE, SEVERAL = "one", "several"
HOW_MANY = ChoiceOption("how_many", ONE, (ONE, SEVERAL))


def build(service: Classification) -> tuple[Section, gr.Column]:
    """Lay out the section; also gives the place of the examples."""
    with gr.Row(elem_classes="st-work"):
        with gr.Column(scale=5, min_width=320):
            text = text_field("classification-asked")
            labels = _labels_field()
            run, stop = buttons(SECTION, TAB)
            examples_here = gr.Column()
            template = _template_field()
            how_many, model = radio(TAB, HOW_MANY), _model_menu(service)
        with gr.Column(scale=7, min_width=320):
            panel = result(SECTION, run, stop, tab=TAB)
    params = (
        Param.text("asked", text),
        Param("labels", labels, lambda value: ", ".join(check_labels(value)), ""),
        Param("template", template, check_template, DEFAULT_TEMPLATE),
        Param.option(HOW_MANY, how_many),
        Param("zero_shot_model", model, linked_model(service.zero_shot_models()), ""),
    )
    starts = [run.click, text.submit, labels.submit, template.submit]
    answer = partial(_answer, service, panel)
    return Section(SECTION, panel, params, answer, starts, []), examples_here


def _answer(
    service: Classification, panel: Panel, request: gr.Request, values: dict[str, Any]
) -> Iterator[Updates]:
    run = partial(
        service.zero_shot,
        values["asked"],
        values["labels"],
        visitor_of(request),
        values["template"],
        values["how_many"] == SEVERAL,
        values["zero_shot_model"] or "",
        wordings=TEMPLATES,
    )

    def render(language: str, update: ZeroShotResult) -> Updates:
        return view.shown(panel, view.zero_shot(language, update.grid), language, update.card)

    yield from panel.stream(request, run, render)


def _labels_field() -> gr.Textbox:
    return gr.Textbox(
        "",
        label=t("classification.labels"),
        info=t("classification.labels.info"),
        placeholder=t("classification.labels.placeholder"),
        max_lines=6,
        elem_id="classification-labels",
    )


def _template_field() -> gr.Textbox:
    return gr.Textbox(
        DEFAULT_TEMPLATE,
        label=t("classification.template"),
        info=t("classification.template.info"),
        max_lines=2,
    )


def _model_menu(service: Classification) -> gr.Dropdown:
    choices = [(menu_name(spec), spec.id) for spec in service.zero_shot_models()]
    return gr.Dropdown(
        [(t("common.model.auto"), ""), *choices],
        value="",
        label=t("common.model"),
        info=t("classification.zero_shot.model.info"),
    )
