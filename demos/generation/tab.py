"""The text generation tab: chat and plain continuation, streamed, with a run card."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import gradio as gr

from backend import Backend
from backend.generation.request import OPTIONS
from backend.generation.service import Generation
from backend.options import ChoiceOption, NumberOption
from demos.generation import api, transcript
from demos.generation import draws_stage as tree_stage
from demos.generation.presets import preset_buttons
from demos.generation.runs import edit, reopen, runs
from demos.generation.tokens_stage import build_stage
from demos.generation.view import View, nothing_yet
from demos.shared.copy_link import copy_link
from demos.shared.examples import Example, example_buttons
from demos.shared.explain import explain
from demos.shared.handlers import LOOKS, RUNS, connect_stop
from demos.shared.model_menu import linked_model, model_menu, second_menu, smallest
from demos.shared.permalinks import Form, Param, unseen
from demos.shared.strings import t

ID = "generation"

# What the form can be asked for: to write in one of two ways, to read, to draw many times, to
# answer with two models.
MODE = ChoiceOption("mode", "chat", ("chat", "completion", "read", "draws", "versus"))

EXAMPLES = (
    Example(
        "generation.example.rainbow",
        {"prompt": "Explain in a few sentences how a rainbow forms.", "seed": 1},
    ),
    Example(
        "generation.example.haiku",
        {"prompt": "Write a haiku about the sea in autumn.", "temperature": 1.0, "seed": 4},
    ),
    Example(
        "generation.example.story",
        {"prompt": "The old keeper opened the letter and", "mode": "completion", "seed": 7},
    ),
    Example(
        "generation.example.greedy",
        {
            "prompt": "What is the capital of France?",
            "strategy": "greedy",
            "repetition_penalty": 1.0,
        },
    ),
    Example(
        "generation.example.read",
        {
            "prompt": "The cat sat on the mat and purred. The cat sat on the moon and parliament.",
            "mode": "read",
        },
    ),
    Example(
        "generation.example.draws",
        {"prompt": "The best thing about rain is", "mode": "draws", "seed": 1, "temperature": 0.8},
    ),
)


def build(backend: Backend) -> Form:
    """Lay out and wire the tab. Returns its form, through which links and examples fill it."""
    service = Generation(backend)
    with gr.Row(elem_classes="st-work"):
        with gr.Column(scale=5, min_width=320):
            inputs = _inputs()
            with gr.Row(elem_classes="st-actions"):
                run = gr.Button(t("generation.run"), variant="primary", elem_id="generation-run")
                stop = gr.Button(
                    t("common.stop"), variant="stop", interactive=False, elem_id="generation-stop"
                )
            examples_here = gr.Column()
            preset_buttons(inputs["mode"], inputs["prompt"])
            settings = _settings(service)
        with gr.Column(scale=7, min_width=320):
            view, branch, links_here = _result(service, inputs["prompt"], run, stop)
    form = _form(service, {**inputs, **settings}, view)
    with examples_here:
        view = replace(view, examples=example_buttons(form, EXAMPLES, keep=("model", "second")))
    with links_here:
        copy_link(form, view.last_run, what_a_link_holds)
    _wire(service, form, view, branch)
    api.add_endpoint(service)
    return form


def _inputs() -> dict[str, Any]:
    mode = _choice(MODE, show_label=False, container=False)
    prompt = gr.Textbox(
        "",
        label=t("generation.prompt"),
        placeholder=t("generation.prompt.placeholder"),
        info=t("generation.prompt.info"),
        lines=1,  # with one line Enter sends; the style sheet makes the field taller
        max_lines=14,
        elem_id="generation-prompt",
        elem_classes="st-prompt",
    )
    return {"mode": mode, "prompt": prompt}


def _settings(service: Generation) -> dict[str, Any]:
    """The fold-out: the model, the system prompt, and a control for each row of OPTIONS."""
    with gr.Accordion(t("common.settings"), open=False, elem_id="generation-settings"):
        rows = service.models()
        model, second = model_menu(rows), second_menu(rows)
        system = gr.Textbox(
            "", label=t("generation.system"), info=t("generation.system.info"), lines=2, max_lines=8
        )
        controls = {
            name: _choice(row) if isinstance(row, ChoiceOption) else _number(row)
            for name, row in OPTIONS.items()
            if name != "mode"
        }
        stop = gr.Textbox(
            "",
            label=t("generation.stop_strings"),
            info=t("generation.stop_strings.info"),
            lines=1,
            max_lines=8,
        )
    return {"model": model, "second": second, "system": system, **controls, "stop": stop}


def _choice(row: ChoiceOption, **looks: Any) -> gr.Radio:
    choices = [(t(f"generation.{row.name}.{choice}"), choice) for choice in row.choices]
    return gr.Radio(choices, value=row.default, label=t(f"generation.{row.name}"), **looks)


def _number(row: NumberOption) -> gr.Slider | gr.Textbox:
    """A slider; a field for a number that may be left out (gr.Number would show None as 0)."""
    label, info = t(f"generation.{row.name}"), t(f"generation.{row.name}.info")
    if row.empty:
        return gr.Textbox("", label=label, info=info, max_lines=1)
    return gr.Slider(row.low, row.high, row.default, step=row.step, label=label, info=info)


def _result(
    service: Generation, prompt: gr.Textbox, run: gr.Button, stop: gr.Button
) -> tuple[View, gr.Textbox, gr.Row]:
    notice = gr.HTML(apply_default_css=False)
    answer = gr.HTML(
        nothing_yet(),
        elem_id="generation-answer",
        apply_default_css=False,
        js_on_load=transcript.EDITS,
    )
    keep_end = gr.Button(t("generation.keep_end_run"), visible=False)
    branch = unseen()
    glass = build_stage(service, branch)
    tree = tree_stage.build_stage()
    tried = _tried()
    card = gr.HTML(elem_id="generation-card", apply_default_css=False)
    explain("generation.explain")
    with gr.Row(elem_classes="st-after") as links_here:
        again = gr.Button(t("generation.again"), size="sm", visible=False)
        go_on = gr.Button(t("generation.go_on"), size="sm", visible=False)
        new_chat = gr.Button(t("generation.new_chat"), size="sm")
    states = gr.State([]), gr.State({})
    buttons = run, stop, again, keep_end, new_chat, go_on
    view = View(prompt, answer, card, notice, *states, *buttons, glass, tree, *tried)
    return view, branch, links_here


def _tried() -> tuple[Any, ...]:
    """The list of answers that branch off one another; unseen before there are two."""
    menu = gr.Radio([], label=t("branches.title"), visible=False, elem_id="generation-branches")
    with gr.Accordion(t("branches.compare"), open=False, visible=False) as compare:
        compared = gr.HTML(elem_id="generation-compared", apply_default_css=False)
        export = gr.DownloadButton(t("branches.export"), size="sm", visible=False)
    return gr.State([]), menu, compared, compare, export


def _form(service: Generation, components: dict[str, Any], view: View) -> Form:
    rows = service.models()
    small = smallest(rows)
    params = (
        Param.text("prompt", components["prompt"]),
        Param.text("system", components["system"]),
        Param("model", components["model"], linked_model(rows), ""),
        Param("second", components["second"], linked_model(rows, "second", small), small),
        Param.text("stop", components["stop"]),
        *(
            Param.option(MODE if row.name == "mode" else row, components[row.name])
            for row in OPTIONS.values()
        ),
    )
    return Form(ID, params, "prompt", unseen(), view.notice, result="generation-answer")


def what_a_link_holds(values: dict[str, Any], last_run: dict[str, Any]) -> dict[str, Any]:
    """The form, and of the run on screen what the form does not show: its prompt, its seed."""
    prompt = values["prompt"] or last_run.get("prompt", "")
    is_on_screen = prompt == last_run.get("prompt")
    return {
        **values,
        "prompt": prompt,
        "seed": last_run["seed"] if is_on_screen else values["seed"],
    }


def _wire(service: Generation, form: Form, view: View, branch: gr.Textbox) -> None:
    """What each button does. The runs differ in little: see `runs`."""
    run, run_afresh, run_keeping_end, run_again, run_branch, run_on = runs(service, form, view)
    inputs = [view.history, view.last_run, *form.components]
    starts = [view.run.click, view.prompt.submit]
    gr.on(starts, run, inputs, view.components, **LOOKS, **RUNS)
    gr.on(starts, fn=None, js=form.reveal_js)
    form.when_asked(run_afresh, inputs, view.components)
    view.keep_end.click(run_keeping_end, inputs, view.components, **LOOKS, **RUNS)
    view.again.click(run_again, inputs, view.components, **LOOKS, **RUNS)
    view.go_on.click(run_on, [view.tried, *inputs], view.components, **LOOKS, **RUNS)
    mode = form.param("mode").component
    turn = unseen()
    view.answer.edited(fn=None, outputs=turn, js=transcript.ASKED_TURN, **LOOKS)
    turn.change(
        edit(view, mode), [turn, view.history], [*view.components, mode], queue=False, **LOOKS
    )

    branch.change(
        run_branch,
        [branch, view.tried, *inputs],
        view.components,
        trigger_mode="once",  # a second click while it runs is none
        **LOOKS,
        **RUNS,
    )

    view.branches.input(
        reopen(service, view),
        [view.branches, view.tried, view.history, view.last_run],
        view.components,
        queue=False,
        **LOOKS,
    )
    connect_stop(service.backend, view.stop)
    view.new_chat.click(view.cleared, outputs=view.components, **LOOKS)
