"""The attention tab: which words a model attends to, and how much that explains."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from backend import Backend
from backend.attention.request import KIND, LOOK, TASKS
from backend.attention.service import Attention
from backend.models.registry import ModelSpec
from backend.options import ChoiceOption
from demos.attention import api, hand
from demos.attention.explained import EXPLAINED
from demos.attention.stage import build_stage
from demos.attention.view import Outputs, answer_stage, attend
from demos.shared import states
from demos.shared.controls import radio
from demos.shared.copy_link import copy_link
from demos.shared.examples import Example, example_buttons
from demos.shared.explain import explain
from demos.shared.handlers import LISTENER, RUNS, connect_stop
from demos.shared.model_menu import linked_model, model_menu
from demos.shared.permalinks import Form, Param, hidden_field
from demos.shared.section import Updates
from demos.shared.stage import call
from demos.shared.strings import in_html, t

ID = "attention"
WORK = "st-work at-work"
PANEL = ChoiceOption(
    "view", "heat", ("heat", "lines", "steps", "layers", "effect", "hand", "pieces")
)

EXAMPLES = (
    Example(
        "attention.example.animal",
        {"text": "The animal didn't cross the street because it was too tired."},
    ),
    Example(
        "attention.example.pair",
        {
            "text": "A man is playing a guitar on the street.",
            "second": "Someone makes music outside.",
            "pair": "AB",
        },
    ),
    Example(
        "attention.example.decoder",
        {"text": "The capital of France is Paris. The capital of Italy is", "kind": "decoder"},
    ),
    Example(
        "attention.example.dates",
        {"text": "Wednesday 14 February 2024", "kind": "seq2seq", "view": "lines"},
    ),
    Example(
        "attention.example.verse",
        {
            "text": "白日依山尽，黄河入海流。欲穷千里目，更上一",
            "kind": "decoder",
            "model": "verse-writer-attention",
        },
    ),
)


@dataclass(frozen=True)
class Inputs:
    """What the visitor fills in, and the buttons below it."""

    text: gr.Textbox
    second: gr.Textbox
    kind: gr.Radio
    model: gr.Dropdown
    run: gr.Button
    stop: gr.Button


def build(backend: Backend) -> Form:
    """Lay out and wire the tab. Returns its form, through which links and examples fill it."""
    service = Attention(backend)
    specs = service.models()
    by_hand = hand.params()
    notice = gr.HTML(apply_default_css=False)
    with gr.Tabs(elem_id="attention-views", overflow_behavior="wrap") as bar:
        with gr.Tab(t("attention.view.model"), id="model") as model_tab, gr.Row(elem_classes=WORK):
            with gr.Column(scale=3, min_width=320):
                inputs = _inputs(specs)
                examples_here = gr.Column()
            with gr.Column(scale=9, min_width=320, elem_id="attention-result"):
                outputs = _outputs(service, inputs, notice)
        with gr.Tab(t("attention.view.hand"), id="hand") as hand_tab:
            hand.build(by_hand)
    links_here = gr.Row(elem_classes="st-after")
    explain(ID, "attention.explain", EXPLAINED)
    form = _form(specs, inputs, outputs, by_hand)
    with examples_here:
        example_buttons(form, EXAMPLES)
    with links_here:
        copy_link(form, gr.State({}), lambda values, _: shown_values(values))
    _wire(service, form, inputs, outputs)
    _wire_stage(service, form, outputs)
    hand.connect(form.param(PANEL.name).component, bar, model_tab, hand_tab)
    api.add_endpoints(service)
    return form


def _inputs(specs: list[ModelSpec]) -> Inputs:
    text = gr.Textbox(
        "",
        label=t("attention.text"),
        placeholder=t("attention.text.placeholder"),
        lines=1,  # with one line Enter runs; the style sheet makes the field taller
        max_lines=12,
        elem_id="attention-text",
        elem_classes="st-prompt",
    )
    kind = radio(ID, KIND, elem_id="attention-kind")
    with gr.Row(elem_classes="st-actions"):
        run = gr.Button(t("attention.run"), variant="primary", elem_id="attention-run")
        stop = gr.Button(
            t("common.stop"), variant="stop", interactive=False, elem_id="attention-stop"
        )
    second = gr.Textbox(
        "",
        label=t("attention.second"),
        info=t("attention.second.info"),
        lines=1,
        max_lines=8,
        elem_id="attention-second",
    )
    with gr.Accordion(t("common.settings"), open=False, elem_id="attention-settings"):
        model = model_menu(specs)
    return Inputs(text, second, kind, model, run, stop)


def shown_values(values: dict[str, Any]) -> dict[str, Any]:
    """Of the form's values those that the open inner tab shows."""
    is_hand = values[PANEL.name] == "hand"
    return {
        name: value
        for name, value in values.items()
        if name == PANEL.name or is_hand == (name in hand.NAMES)
    }


def _outputs(service: Attention, inputs: Inputs, notice: gr.HTML) -> Outputs:
    """The right-hand side."""
    status = gr.HTML(
        states.empty(in_html("attention.empty")),
        elem_id="attention-status",
        apply_default_css=False,
    )
    stage, answer = build_stage(service)
    card = gr.HTML(elem_id="attention-card", apply_default_css=False)
    return Outputs(status, stage, answer, card, notice, inputs.run, inputs.stop)


def _form(
    specs: list[ModelSpec], inputs: Inputs, outputs: Outputs, by_hand: tuple[Param, ...]
) -> Form:
    # Where the visitor is on the stage stands in hidden fields, so that links hold it, too.
    places = [
        Param.place(row, hidden_field(label=t("common.link"))) for row in (*LOOK.values(), PANEL)
    ]
    params = (
        Param.text("text", inputs.text),
        Param.text("second", inputs.second),
        Param.option(KIND, inputs.kind),
        Param("model", inputs.model, linked_model(specs), ""),
        *places,
        *by_hand,
    )
    return Form(
        ID,
        params,
        "text",
        hidden_field(),
        outputs.notice,
        result="attention-result",
        models=((TASKS[KIND.default], ""),),
    )


def _wire(service: Attention, form: Form, inputs: Inputs, outputs: Outputs) -> None:
    names = [param.name for param in form.params]

    def run(request: gr.Request, *values: Any) -> Iterator[Updates]:
        """A run by the button: stays on the head that is on screen, if the new model has it."""
        given = dict(zip(names, values, strict=True))
        yield {outputs.notice: ""}
        yield from attend(service, outputs, request, {**given, "token": ""})

    def run_as_linked(request: gr.Request, *values: Any) -> Iterator[Updates]:
        """From a link or an example, which may name the token, too."""
        yield from attend(service, outputs, request, dict(zip(names, values, strict=True)))

    starts = [inputs.run.click, inputs.text.submit, inputs.second.submit]
    gr.on(starts, run, form.components, outputs.components, **LISTENER, **RUNS)
    gr.on(starts, fn=None, js=form.reveal_js)
    # A model is of one kind: whoever chooses another kind gets the app's choice of it.
    inputs.kind.input(fn=None, outputs=inputs.model, js="() => ''")
    form.when_asked(run_as_linked, form.components, outputs.components)
    connect_stop(service.backend, inputs.stop)


def _wire_stage(service: Attention, form: Form, outputs: Outputs) -> None:
    """What the stage asks of the model, and where it says that the visitor is."""

    def measure(event: gr.EventData, request: gr.Request) -> Iterator[str]:
        """The stage asks for what needs the model."""
        yield from map(json.dumps, answer_stage(service, request, event._data))

    stage, answer = outputs.stage, outputs.answer
    stage.measure(measure, None, answer, trigger_mode="always_last", **LISTENER, **RUNS)
    places = [form.param(name).component for name in (*LOOK, PANEL.name)]
    js = call("attention/stage.js", "place", [*LOOK, "panel"])
    stage.moved(fn=None, inputs=places[-1:], outputs=places, js=js)
