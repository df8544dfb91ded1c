"""The text-to-image tab: watch a picture form, see which word did what, and ask what if."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import gradio as gr

from backend import Backend
from backend.options import NumberOption
from backend.text_to_image.request import OPTIONS
from backend.text_to_image.service import Drawing
from backend.text_to_image.what_if import COLUMNS, FRAMES, KIND, ROWS
from demos.shared.copy_link import copy_link
from demos.shared.examples import Example, example_buttons
from demos.shared.explain import explain
from demos.shared.handlers import LOOKS, RUNS, connect_stop
from demos.shared.model_menu import linked_model
from demos.shared.permalinks import Form, Param, unseen
from demos.shared.section import Updates, buttons, result
from demos.shared.send_to import Outlet
from demos.text_to_image import api, inputs
from demos.text_to_image.recipes import connect_recipes, recipe_field
from demos.text_to_image.stage import build_stage
from demos.text_to_image.view import View, run

ID = "text_to_image"
OWN_SEED = NumberOption("second_seed", None, 0, 2**32 - 1, 1, whole=True, empty=True)

EXAMPLES = (
    Example("text_to_image.example.heart", {"prompt": "red heart", "seed": "7"}),
    Example("text_to_image.example.apple", {"prompt": "a green apple", "style": "3d", "seed": "3"}),
    Example("text_to_image.example.four", {"prompt": "rocket", "count": 4, "seed": "1"}),
    Example("text_to_image.example.grid", {"view": "grid", "prompt": "a blue car", "steps": "12"}),
    Example(
        "text_to_image.example.swap",
        {"view": "swap", "prompt": "a red car", "word": "red", "other": "blue", "seed": "5"},
    ),
    Example(
        "text_to_image.example.between",
        {"view": "between", "prompt": "sun", "second": "moon", "seed": "2", "steps": "12"},
    ),
)


def build(backend: Backend) -> Form:
    """Lay out and wire the tab. Returns its form, through which links and examples fill it."""
    drawing = Drawing(backend)
    chosen = unseen()
    with gr.Row(elem_classes="st-work"):
        with gr.Column(scale=4, min_width=320):
            parts = {"prompt": inputs.prompt_field(), "view": inputs.view_choice()}
            columns, more = inputs.what_ifs()
            start, stop = buttons("draw", ID)
            examples_here = gr.Column()
            parts |= more | inputs.settings(drawing.models())
            dropped = recipe_field()
        with gr.Column(scale=8, min_width=320, elem_id="text_to_image-right"):
            view, notice, links_here = _result(start, stop, chosen)
    form = _form(drawing, parts, view, notice, chosen)
    with examples_here:
        example_buttons(form, EXAMPLES, keep=("model",))
    with links_here:
        copy_link(form, view.last_run, what_a_link_holds)
    _wire(drawing, form, view, columns)
    connect_recipes(drawing, form, dropped)
    api.add_endpoints(drawing)
    return form


def _result(start: gr.Button, stop: gr.Button, chosen: gr.Textbox) -> tuple[View, gr.HTML, gr.Row]:
    notice = gr.HTML(apply_default_css=False)
    panel = result("draw", start, stop, card_later=True, tab=ID)
    stage = build_stage(chosen)
    onward = gr.Row(visible=False, elem_classes="st-after")
    panel.card.render()
    explain("text_to_image.explain")
    links_here = gr.Row(elem_classes="st-after")
    return (
        View(replace(panel, clears=(stage,)), stage, onward, gr.State([]), gr.State({})),
        notice,
        links_here,
    )


def _form(
    drawing: Drawing, parts: dict[str, Any], view: View, notice: gr.HTML, chosen: gr.Textbox
) -> Form:
    texts = ("negative", "word", "other", "second")
    params = (
        Param.text("prompt", parts["prompt"]),
        *(Param.option(row, parts[row.name]) for row in (inputs.VIEW, ROWS, COLUMNS, KIND)),
        *(_field(row, parts[row.name]) for row in (*OPTIONS.values(), OWN_SEED, FRAMES)),
        *(Param.text(name, parts[name]) for name in texts),
        *(
            Param(name, parts[name], Param.text(name, parts[name]).check, default)
            for name, default in inputs.GRID_VALUES.items()
        ),
        Param("model", parts["model"], linked_model(drawing.models()), ""),
    )
    outlet = Outlet(view.onward, view.pictures, chosen)
    return Form(ID, params, "prompt", unseen(), notice, result="text_to_image-right", outlet=outlet)


def _field(option: Any, component: Any) -> Param:
    """A number that may be left open stands in a field of text."""
    is_open = isinstance(option, NumberOption) and option.empty
    return Param.place(option, component) if is_open else Param.option(option, component)


def what_a_link_holds(values: dict[str, Any], last_run: dict[str, Any]) -> dict[str, Any]:
    """The form, with the seed of the picture on screen where the form leaves it open."""
    is_on_screen = bool(last_run) and last_run["prompt"] == values["prompt"]
    if is_on_screen and values["view"] == "draw" and not values["seed"]:
        return {**values, "seed": str(last_run["seed"])}
    return values


def _wire(drawing: Drawing, form: Form, view: View, columns: dict[str, gr.Column]) -> None:
    by_name = {param.name: param.component for param in form.params}

    def start(request: gr.Request, *values: Any) -> Iterator[Updates]:
        updates = run(drawing, view, request, dict(zip(by_name, values, strict=True)))
        yield {form.notice: "", **next(updates)}
        yield from updates

    def start_as_asked(request: gr.Request, *values: Any) -> Iterator[Updates]:
        """From a link, an example or a recipe: what they said of values left out stays."""
        yield from run(drawing, view, request, dict(zip(by_name, values, strict=True)))

    def show_fields(name: str) -> list[gr.Column]:
        return [gr.Column(visible=name == each) for each in columns]

    outputs = [*view.outputs, form.notice]
    starts = [view.panel.run.click, by_name["prompt"].submit, by_name["other"].submit]
    gr.on(starts, start, form.components, outputs, **LOOKS, **RUNS)
    gr.on(starts, fn=None, js=form.reveal_js)
    form.when_asked(start_as_asked, form.components, outputs)
    by_name["view"].change(
        show_fields, by_name["view"], list(columns.values()), queue=False, **LOOKS
    )
    connect_stop(drawing.backend, view.panel.stop)
