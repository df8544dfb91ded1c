"""The attention tab: which words a model looks at, and how much that explains."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr

from backend import Backend
from backend.attention.request import KIND, LOOK, check_look, check_request
from backend.attention.service import Attention
from backend.models.registry import ModelSpec
from backend.options import ChoiceOption
from backend.run import Progress
from demos.attention import api
from demos.attention.stage import build_stage
from demos.attention.view import View, following, on_screen
from demos.shared import states
from demos.shared.copy_link import copy_link
from demos.shared.examples import Example, example_buttons
from demos.shared.explain import explain
from demos.shared.handlers import LOOKS, RUNS, connect_stop, visitor_of, with_visible_errors
from demos.shared.model_menu import linked_model, model_menu
from demos.shared.permalinks import Form, Param, unseen
from demos.shared.stage import call
from demos.shared.strings import in_html, language_of, t

ID = "attention"
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
)


def build(backend: Backend) -> Form:
    """Lay out and wire the tab. Returns its form, through which links and examples fill it."""
    service = Attention(backend)
    specs = service.models()
    with gr.Row(elem_classes="st-work at-work"):
        with gr.Column(scale=3, min_width=300):
            inputs, run, stop = _inputs(specs)
            examples_here = gr.Column()
        with gr.Column(scale=9, min_width=320, elem_id="attention-result"):
            view, links_here = _result(service, run, stop)
    form = _form(specs, {**inputs, **_places()}, view)
    with examples_here:
        example_buttons(form, EXAMPLES)
    with links_here:
        copy_link(form, gr.State({}), lambda values, _: values)
    _wire(service, form, view)
    api.add_endpoints(service)
    return form


def _inputs(specs: list[ModelSpec]) -> tuple[dict[str, Any], gr.Button, gr.Button]:
    text = gr.Textbox(
        "",
        label=t("attention.text"),
        placeholder=t("attention.text.placeholder"),
        lines=1,  # with one line Enter runs; the style sheet makes the field taller
        max_lines=12,
        elem_id="attention-text",
        elem_classes="st-prompt",
    )
    kind = gr.Radio(
        [(t(f"attention.kind.{kind}"), kind) for kind in KIND.choices],
        value=KIND.default,
        label=t("attention.kind"),
        elem_id="attention-kind",
    )
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
    return {"text": text, "second": second, "kind": kind, "model": model}, run, stop


def _places() -> dict[str, Any]:
    """Where the visitor is on the stage: unseen fields, which links hold."""
    names = [*LOOK, PANEL.name]
    return {name: unseen(label=t("common.link")) for name in names}


def _result(service: Attention, run: gr.Button, stop: gr.Button) -> tuple[View, gr.Row]:
    notice = gr.HTML(apply_default_css=False)
    status = gr.HTML(
        states.empty(in_html("attention.empty")),
        elem_id="attention-status",
        apply_default_css=False,
    )
    stage, answer = build_stage(service)
    card = gr.HTML(elem_id="attention-card", apply_default_css=False)
    explain("attention.explain")
    links_here = gr.Row(elem_classes="st-after")
    return View(status, stage, answer, card, notice, run, stop), links_here


def _form(specs: list[ModelSpec], components: dict[str, Any], view: View) -> Form:
    params = (
        Param.text("text", components["text"]),
        Param.text("second", components["second"]),
        Param.option(KIND, components["kind"]),
        Param("model", components["model"], linked_model(specs), ""),
        *(Param.place(row, components[row.name]) for row in (*LOOK.values(), PANEL)),
    )
    return Form(ID, params, "text", unseen(), view.notice, result="attention-result")


def _wire(service: Attention, form: Form, view: View) -> None:
    by_name = {param.name: param.component for param in form.params}

    def run(request: gr.Request, *values: Any) -> Iterator[dict[Any, Any]]:
        """A run by the button: stays on the head that is on screen, if the new model has it."""
        given = dict(zip(by_name, values, strict=True))
        yield {view.notice: ""}
        yield from attend(service, view, request, {**given, "token": ""})

    def run_as_linked(request: gr.Request, *values: Any) -> Iterator[dict[Any, Any]]:
        """From a link or an example, which may name the token, too."""
        yield from attend(service, view, request, dict(zip(by_name, values, strict=True)))

    def measure(event: gr.EventData, request: gr.Request) -> Iterator[dict[str, Any]]:
        """The stage asks for what needs the model."""
        yield from following(service, request, event._data)

    starts = [view.run.click, by_name["text"].submit, by_name["second"].submit]
    gr.on(starts, run, form.components, view.components, **LOOKS, **RUNS)
    gr.on(starts, fn=None, js=form.reveal_js)
    # A model is of one kind: whoever chooses another kind gets the app's choice of it.
    by_name["kind"].input(fn=None, outputs=by_name["model"], js="() => ''")
    form.when_asked(run_as_linked, form.components, view.components)
    view.stage.measure(measure, None, view.answer, trigger_mode="always_last", **LOOKS, **RUNS)
    places = [*LOOK, PANEL.name]
    js = call("attention/stage.js", "place", [*LOOK, "panel"])
    view.stage.moved(fn=None, outputs=[by_name[name] for name in places], js=js)
    connect_stop(service.backend, view.stop)


def attend(
    service: Attention, view: View, request: gr.Request, given: dict[str, Any]
) -> Iterator[dict[Any, Any]]:
    """One run as updates of the view: waiting, then the stage, stopped or failed."""
    language, visitor = language_of(request), visitor_of(request)
    yield view.busy()

    def steps() -> Iterator[dict[Any, Any]]:
        asked = check_request(given["text"], given["second"], given["kind"], given["model"])
        look = check_look(**{name: given[name] or row.default for name, row in LOOK.items()})
        for update in service.attend(asked, visitor):
            if isinstance(update, Progress):
                yield {view.status: states.loading(language, update)}
            else:
                key = service.recordings.keep(visitor, update.recording)
                yield view.showing(
                    on_screen(language, key, update, look, given["view"]), update, language
                )

    def failed(reason: Any) -> dict[Any, Any]:
        return view.failed(states.error(language, reason))

    def stopped() -> dict[Any, Any]:
        return view.failed(states.notice_of(language, "stopped_early"))

    yield from with_visible_errors(steps(), failed, stopped)
