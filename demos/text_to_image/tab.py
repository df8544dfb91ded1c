"""The text-to-image tab: watch a picture form, see what each word does, and ask what if."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import gradio as gr

from backend import Backend
from backend.options import MAX_SEED, NumberOption, Option
from backend.text_to_image.request import OPTIONS
from backend.text_to_image.service import TASK, TextToImage
from backend.text_to_image.what_if import COLUMNS, FRAMES, KIND, ROWS
from demos.shared.copy_link import copy_link
from demos.shared.examples import Example, example_buttons
from demos.shared.explain import explain
from demos.shared.handlers import LISTENER, RUNS, connect_stop
from demos.shared.model_menu import linked_model
from demos.shared.permalinks import Form, Param, PictureSource, hidden_field
from demos.shared.section import Updates, buttons, result
from demos.text_to_image import api, inputs
from demos.text_to_image.explained import EXPLAINED
from demos.text_to_image.recipes import connect_recipes, recipe_field
from demos.text_to_image.stage import build_stage
from demos.text_to_image.view import View, run

ID = inputs.TAB
SECOND_SEED = NumberOption("second_seed", None, 0, MAX_SEED, 1, whole=True, empty=True)

EXAMPLES = (
    Example("text_to_image.example.heart", {"prompt": "red heart", "seed": "7"}),
    Example("text_to_image.example.apple", {"prompt": "a green apple", "style": "3d", "seed": "3"}),
    Example("text_to_image.example.four", {"prompt": "rocket", "count": 4, "seed": "1"}),
    Example("text_to_image.example.grid", {"view": "grid", "prompt": "a blue car", "steps": "12"}),
    Example(
        "text_to_image.example.swap",
        {"view": "swap", "prompt": "a red book", "word": "red", "other": "blue", "seed": "1"},
    ),
    Example(
        "text_to_image.example.between",
        {"view": "between", "prompt": "sun", "second": "moon", "seed": "2", "steps": "12"},
    ),
    Example("text_to_image.example.chinese", {"prompt": "一个蓝色的苹果", "seed": "1"}),
)


def build(backend: Backend) -> Form:
    """Lay out and wire the tab. Returns its form, through which links and examples fill it."""
    service = TextToImage(backend)
    with gr.Row(elem_classes="st-work"):
        with gr.Column(scale=4, min_width=320):
            parts = {"prompt": inputs.prompt_field(), "view": inputs.view_choice()}
            columns, more = inputs.what_ifs()
            start, stop = buttons("draw", ID)
            examples_here = gr.Column()
            parts |= more | inputs.settings(service.models())
            dropped = recipe_field()
        with gr.Column(scale=8, min_width=320, elem_id="text_to_image-right"):
            view, notice, links_here = _result(start, stop)
    form = _form(service, parts, view, notice)
    with examples_here:
        example_buttons(form, EXAMPLES, keep=("model",))
    with links_here:
        copy_link(form, view.last_run, link_values)
    _wire(service, form, view, columns)
    connect_recipes(service, form, dropped)
    api.add_endpoints(service)
    return form


def _result(start: gr.Button, stop: gr.Button) -> tuple[View, gr.HTML, gr.Row]:
    """The right side: its view, its notice, and where the link goes."""
    notice = gr.HTML(apply_default_css=False)
    panel = result("draw", start, stop, card_later=True, tab=ID)
    stage = build_stage()
    send_to = gr.Row(visible=False, elem_classes="st-after")
    panel.card.render()
    explain(ID, "text_to_image.explain", EXPLAINED)
    links_here = gr.Row(elem_classes="st-after")
    view = View(
        panel=replace(panel, clears=(stage,)),
        stage=stage,
        send_to=send_to,
        pictures=gr.State([]),
        chosen=gr.State(0),
        last_run=gr.State({}),
    )
    return view, notice, links_here


def _form(service: TextToImage, parts: inputs.Parts, view: View, notice: gr.HTML) -> Form:
    choices = (inputs.VIEW, ROWS, COLUMNS, KIND)
    numbers = (*OPTIONS.values(), SECOND_SEED, FRAMES)
    params = (
        Param.text("prompt", parts["prompt"]),
        *(Param.option(option, parts[option.name]) for option in choices),
        *(_param(option, parts[option.name]) for option in numbers),
        *(Param.text(name, parts[name]) for name in ("negative", "word", "other", "second")),
        *(
            replace(Param.text(name, parts[name]), default=values)
            for name, values in inputs.AXIS_VALUES.items()
        ),
        Param("model", parts["model"], linked_model(service.models()), ""),
    )
    source = PictureSource(view.send_to, view.pictures, view.chosen)
    shown = "text_to_image-right"
    return Form(
        ID,
        params,
        "prompt",
        hidden_field(),
        notice,
        result=shown,
        models=((TASK, ""),),
        picture_source=source,
    )


def _param(option: Option, component: Any) -> Param:
    """A number that may be left open is shown in a text field."""
    may_be_open = isinstance(option, NumberOption) and option.empty
    return Param.place(option, component) if may_be_open else Param.option(option, component)


def link_values(values: dict[str, Any], last_run: dict[str, Any]) -> dict[str, Any]:
    """The form's values, with the seed of the picture on screen if the form leaves it open."""
    is_on_screen = bool(last_run) and last_run["prompt"] == values["prompt"]
    if is_on_screen and values["view"] == "draw" and not values["seed"]:
        return {**values, "seed": str(last_run["seed"])}
    return values


def chosen_number(event: gr.EventData) -> int:
    """The index of the picture that the visitor has opened on the stage."""
    number = (event._data or {}).get("number")
    return number if isinstance(number, int) else 0


def _wire(service: TextToImage, form: Form, view: View, columns: dict[str, gr.Column]) -> None:
    by_name: dict[str, Any] = {param.name: param.component for param in form.params}

    def start(request: gr.Request, *values: Any) -> Iterator[Updates]:
        updates = run(service, view, request, dict(zip(by_name, values, strict=True)))
        yield {form.notice: "", **next(updates)}
        yield from updates

    def start_from_link(request: gr.Request, *values: Any) -> Iterator[Updates]:
        """From a link, an example or a recipe: the notice about ignored values stays."""
        yield from run(service, view, request, dict(zip(by_name, values, strict=True)))

    def show_fields(name: str) -> list[gr.Column]:
        return [gr.Column(visible=name == each) for each in columns]

    outputs = [*view.outputs, form.notice]
    starts = [view.panel.run.click, by_name["prompt"].submit, by_name["other"].submit]
    gr.on(starts, start, form.components, outputs, **LISTENER, **RUNS)
    gr.on(starts, fn=None, js=form.reveal_js)
    form.when_asked(start_from_link, form.components, outputs)
    choice, shown = by_name["view"], list(columns.values())
    choice.change(show_fields, choice, shown, queue=False, **LISTENER)
    view.stage.chose(chosen_number, None, view.chosen, queue=False, **LISTENER)
    connect_stop(service.backend, view.panel.stop)
