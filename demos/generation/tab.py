"""The text generation tab: five ways to run one form over a language model."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import gradio as gr

from backend import Backend
from backend.generation.request import OPTIONS
from backend.generation.service import TASK, Generation
from demos.generation import api, samples_stage, token_inspector_stage, transcript
from demos.generation.components import Components, nothing_yet
from demos.generation.explained import EXPLAINED
from demos.generation.handlers import Handlers
from demos.generation.modes import MODE
from demos.generation.presets import preset_buttons
from demos.shared.controls import control, line, radio
from demos.shared.copy_link import copy_link
from demos.shared.examples import Example, example_buttons
from demos.shared.explain import explain
from demos.shared.handlers import LISTENER, RUNS, connect_stop
from demos.shared.model_menu import linked_model, model_menu, second_menu, smallest
from demos.shared.permalinks import Form, Kept, Param, hidden_field
from demos.shared.strings import t

ID = "generation"

# For poems: all the model's own probabilities, since a penalty would fall on the commas, too.
VERSE = {
    "mode": "completion",
    "model": "verse-writer",
    "temperature": 0.8,
    "repetition_penalty": 1.0,
    "max_new_tokens": 80,
}
EXAMPLES = (
    Example(
        "generation.example.rainbow",
        {"prompt": "Explain in a few sentences how a rainbow forms.", "seed": 1},
    ),
    Example(
        "generation.example.sea",
        {"prompt": "Write one sentence about the sea in autumn.", "seed": 1},
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
    Example("generation.example.verse", {"prompt": "春风又到江南岸，", **VERSE, "seed": 1}),
    Example(
        "generation.example.verse_versus",
        {
            "prompt": "白日依山尽，",
            "mode": "versus",
            "second": "verse-writer",
            "seed": 1,
            "max_new_tokens": 40,
        },
    ),
    Example(
        "generation.example.verse_draws",
        {"prompt": "明月", **VERSE, "mode": "draws", "seed": 1},
    ),
)


def build(backend: Backend) -> Form:
    """Lay out and wire the tab. Returns its form, through which links and examples fill it."""
    service = Generation(backend)
    with gr.Row(elem_classes="st-work"):
        with gr.Column(scale=5, min_width=320):
            inputs = _inputs()
            plan = gr.HTML(elem_id="generation-plan", apply_default_css=False)
            with gr.Row(elem_classes="st-actions"):
                run = gr.Button(t("generation.run"), variant="primary", elem_id="generation-run")
                stop = gr.Button(
                    t("common.stop"), variant="stop", interactive=False, elem_id="generation-stop"
                )
            examples_here = gr.Column()
            presets_here = gr.Column()
            settings = _settings(service)
        with presets_here:
            preset_buttons(inputs["mode"], inputs["prompt"], settings["strategy"])
        with gr.Column(scale=7, min_width=320):
            page, links_here = _result(service, inputs["prompt"], run, stop)
    form = _form(service, {**inputs, **settings}, page)
    with examples_here:
        page = replace(page, examples=example_buttons(form, EXAMPLES, keep=("model", "second")))
    with links_here:
        copy_link(form, page.last_run, what_a_link_holds)
    handlers = Handlers(service, form, page)
    _wire(handlers)
    _announce(handlers, plan)
    api.add_endpoints(service)
    return form


def _inputs() -> dict[str, Any]:
    mode = radio(ID, MODE, show_label=False, container=False)
    prompt = line(
        ID,
        "prompt",
        placeholder=t("generation.prompt.placeholder"),
        lines=1,  # with one line Enter sends; the style sheet makes the field taller
        max_lines=14,
        elem_id="generation-prompt",
        elem_classes="st-prompt",
    )
    return {"mode": mode, "prompt": prompt}


def _settings(service: Generation) -> dict[str, Any]:
    """The fold-out: the models, the system prompt, and a control for each row of OPTIONS."""
    with gr.Accordion(t("common.settings"), open=False, elem_id="generation-settings"):
        rows = service.models()
        model, second = model_menu(rows), second_menu(rows)
        system = line(ID, "system", lines=2, max_lines=8)
        controls = {name: control(ID, row) for name, row in OPTIONS.items() if name != MODE.name}
        stop = line(ID, "stop_strings", lines=1, max_lines=8)
    return {"model": model, "second": second, "system": system, **controls, "stop": stop}


def _result(
    service: Generation, prompt: gr.Textbox, run: gr.Button, stop: gr.Button
) -> tuple[Components, gr.Row]:
    notice = gr.HTML(apply_default_css=False)
    answer = gr.HTML(
        nothing_yet(),
        elem_id="generation-answer",
        apply_default_css=False,
        js_on_load=transcript.EDITS,
    )
    keep_end = gr.Button(t("generation.keep_end_run"), visible=False)
    with gr.Row(elem_classes="st-after st-at-hand"):
        again = gr.Button(
            t("generation.again"), size="sm", visible=False, elem_id="generation-again"
        )
        go_on = gr.Button(t("generation.go_on"), size="sm", visible=False)
        to_verse = gr.Button(t("generation.to_verse"), size="sm", visible=False)
        new_chat = gr.Button(t("generation.new_chat"), size="sm")
        same = gr.Button("", visible="hidden", elem_id="generation-same")
    stages = token_inspector_stage.build_stage(service), samples_stage.build_stage()
    attempts = _attempts()
    card = gr.HTML(elem_id="generation-card", apply_default_css=False)
    explain(ID, "generation.explain", EXPLAINED)
    links_here = gr.Row(elem_classes="st-after")
    states = gr.State([]), gr.State({})
    buttons = run, stop, again, keep_end, new_chat, go_on, to_verse, same
    page = Components(prompt, answer, card, notice, *states, *buttons, *stages, *attempts)
    return page, links_here


def _attempts() -> tuple[Any, ...]:
    """The answers that branch off one another, hidden until there are two."""
    title = t("generation.branches.title")
    menu = gr.Radio([], label=title, visible=False, elem_id="generation-branches")
    label = t("generation.branches.compare")
    with gr.Accordion(label, open=False, visible=False) as comparison:
        compared = gr.HTML(elem_id="generation-compared", apply_default_css=False)
        export = gr.DownloadButton(
            t("generation.branches.export"),
            size="sm",
            visible=False,
        )
    return gr.State([]), menu, compared, comparison, export


def _form(service: Generation, components: dict[str, Any], page: Components) -> Form:
    rows = service.models()
    small = smallest(rows)
    params = (
        Param.text("prompt", components["prompt"]),
        Param.text("system", components["system"]),
        Param("model", components["model"], linked_model(rows), ""),
        Param("second", components["second"], linked_model(rows, "second", small), small),
        Param.text("stop", components["stop"]),
        *(
            Param.option(MODE if row.name == MODE.name else row, components[row.name])
            for row in OPTIONS.values()
        ),
    )
    return Form(
        ID,
        params,
        "prompt",
        hidden_field(),
        page.notice,
        result="generation-answer",
        models=((TASK, ""),),
        kept=Kept(page.history, transcript.from_text),
    )


def what_a_link_holds(values: dict[str, Any], last_run: dict[str, Any]) -> dict[str, Any]:
    """The form, and of the run on screen what the form does not show: its prompt, its seed."""
    prompt = values["prompt"] or last_run.get("prompt", "")
    is_on_screen = prompt == last_run.get("prompt")
    return {
        **values,
        "prompt": prompt,
        "seed": last_run["seed"] if is_on_screen else values["seed"],
    }


def _announce(handlers: Handlers, plan: gr.HTML) -> None:
    """What a comparison of two models would do stands there before it runs."""
    names = ("mode", "model", "second", "strategy", "temperature")
    parts: list[Any] = [handlers.form.param(name).component for name in names]
    changes = [part.change for part in parts]
    gr.on(changes, handlers.announce, parts, plan, queue=False, **LISTENER)


def _wire(handlers: Handlers) -> None:
    """What each button does."""
    page, form, inputs = handlers.page, handlers.form, handlers.inputs
    on_screen = [page.attempts, page.history, page.last_run]
    starts = [page.run.click, page.prompt.submit]
    gr.on(starts, fn=None, js=form.reveal_js)
    chosen = [form.param(name).component for name in ("mode", "model")]
    with_choice = [*page.all, *chosen]
    runs = [
        gr.on(starts, handlers.run, inputs, page.all, **LISTENER, **RUNS),
        form.when_asked(handlers.run_new_chat, inputs, page.all),
        page.keep_end.click(handlers.run_keeping_end, inputs, page.all, **LISTENER, **RUNS),
        page.again.click(handlers.run_again, inputs, page.all, **LISTENER, **RUNS),
        page.same.click(handlers.run_same, inputs, page.all, **LISTENER, **RUNS),
        page.to_verse.click(handlers.run_verse, inputs, with_choice, **LISTENER, **RUNS),
        page.go_on.click(handlers.run_on, on_screen, page.all, **LISTENER, **RUNS),
        page.inspector.branched(
            handlers.run_branch,
            on_screen,
            page.all,
            trigger_mode="once",  # a second click during the run has no effect
            **LISTENER,
            **RUNS,
        ),
    ]
    instant = {"queue": False, **LISTENER}
    page.menu.input(handlers.reopen, [page.menu, *on_screen], page.all, **instant)
    mode = form.param(MODE.name).component
    page.answer.edited(handlers.edit, page.history, [*page.all, mode], **instant)
    # What is being written belongs to the chat that is left: its last words must not come after.
    page.new_chat.click(page.cleared, outputs=page.all, cancels=runs, **LISTENER)
    connect_stop(handlers.service.backend, page.stop)
