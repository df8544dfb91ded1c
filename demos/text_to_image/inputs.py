"""The left side: the prompt, what to do with it, and the settings."""

from __future__ import annotations

from typing import Any

import gradio as gr

from backend.models.registry import ModelSpec
from backend.options import ChoiceOption
from backend.text_to_image.request import OPTIONS
from backend.text_to_image.what_if import COLUMNS, FRAMES, KIND, ROWS
from demos.shared.controls import control, line, radio, slider
from demos.shared.model_menu import model_menu
from demos.shared.strings import t

TAB = "text_to_image"
VIEW = ChoiceOption("view", "draw", ("draw", "grid", "swap", "between"))
AXIS_VALUES = {"row_values": "1, 2, 3", "column_values": "0, 1, 3, 8"}
OFFERED: dict[str, tuple[str, ...]] = {  # one click each; any other number can be typed
    "steps": ("1", "2", "4", "8", "12", "20", "30", "50"),
    "guidance": ("0", "1", "2", "3", "5", "8", "12"),
    "size": ("64", "256", "512", "768", "1024"),
}
Parts = dict[str, Any]  # component by parameter name


def prompt_field() -> gr.Textbox:
    """What to draw; Enter draws."""
    return gr.Textbox(
        "",
        label=t("text_to_image.prompt"),
        placeholder=t("text_to_image.prompt.placeholder"),
        lines=1,
        max_lines=8,
        elem_id="text_to_image-prompt",
        elem_classes="st-prompt",
    )


def view_choice() -> gr.Radio:
    """Draw, or one of the what-ifs."""
    return radio(TAB, VIEW, elem_id="text_to_image-view", show_label=False, container=False)


def what_ifs() -> tuple[dict[str, gr.Column], Parts]:
    """The fields that only a what-if needs, in a column for each."""
    columns: dict[str, gr.Column] = {}
    with gr.Column(visible=False) as columns["grid"]:
        parts = _axis(ROWS, "row_values") | _axis(COLUMNS, "column_values")
    with gr.Column(visible=False) as columns["swap"], gr.Row():
        word = _line("word", info=t("text_to_image.swap.info"))
        parts |= {"word": word, "other": _line("other")}
    with gr.Column(visible=False) as columns["between"]:
        parts |= {"between": radio(TAB, KIND), "second": _line("second", max_lines=3)}
        with gr.Row():
            parts["second_seed"] = _line("second_seed")
            parts["frames"] = slider(TAB, FRAMES, has_info=False)
    return columns, parts


def settings(specs: list[ModelSpec]) -> Parts:
    """The fold-out: model, and a control for each row of OPTIONS."""
    with gr.Accordion(t("common.settings"), open=False, elem_id="text_to_image-settings"):
        parts: Parts = {"model": model_menu(specs)}
        parts["negative"] = _line("negative", has_info=True, max_lines=3)
        parts["style"] = control(TAB, OPTIONS["style"])
        with gr.Row():
            parts |= {"steps": _number("steps"), "guidance": _number("guidance")}
        with gr.Row():
            parts |= {"seed": _line("seed", has_info=True), "size": _number("size")}
        parts["count"] = control(TAB, OPTIONS["count"])
    return parts


def _axis(option: ChoiceOption, values: str) -> Parts:
    """A setting, and the values that it takes."""
    choices = [(t(f"text_to_image.axis.{name}"), name) for name in option.choices]
    label = t(f"text_to_image.{option.name}")
    with gr.Row(elem_classes="dr-axis"):
        return {
            option.name: gr.Dropdown(choices, value=option.default, label=label, min_width=120),
            values: gr.Textbox(
                AXIS_VALUES[values],
                label=t(f"text_to_image.{values}"),
                info=t("text_to_image.values.info"),
                max_lines=1,
                min_width=120,
                elem_id=f"text_to_image-{values}",
            ),
        }


def _number(name: str) -> gr.Dropdown:
    """A number that may be left to the model."""
    choices: list[Any] = [(t("text_to_image.own"), ""), *((n, n) for n in OFFERED[name])]
    return gr.Dropdown(
        choices,
        value="",
        label=t(f"text_to_image.{name}"),
        info=t(f"text_to_image.{name}.info"),
        allow_custom_value=True,
        min_width=140,
        elem_id=f"text_to_image-{name}",
    )


def _line(name: str, has_info: bool = False, **looks: Any) -> gr.Textbox:
    looks = {"min_width": 120, "elem_id": f"text_to_image-{name}", **looks}
    return line(TAB, name, has_info, **looks)
