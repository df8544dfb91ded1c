"""The left side: the prompt, what to do with it, and the settings."""

from __future__ import annotations

from typing import Any

import gradio as gr

from backend.models.registry import ModelSpec
from backend.options import ChoiceOption, NumberOption
from backend.text_to_image.request import OPTIONS
from backend.text_to_image.what_if import COLUMNS, FRAMES, KIND, ROWS
from demos.shared.model_menu import model_menu
from demos.shared.strings import t

VIEW = ChoiceOption("view", "draw", ("draw", "grid", "swap", "between"))
GRID_VALUES = {"row_values": "1, 2, 3", "column_values": "0, 1, 3, 8"}
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
    choices = [(t(f"text_to_image.view.{name}"), name) for name in VIEW.choices]
    return gr.Radio(
        choices,
        value=VIEW.default,
        label=t("text_to_image.view"),
        elem_id="text_to_image-view",
        show_label=False,
        container=False,
    )


def what_ifs() -> tuple[dict[str, gr.Column], Parts]:
    """The fields that only a what-if needs, in a column for each."""
    columns, parts = {}, {}
    with gr.Column(visible=False) as columns["grid"]:
        for axis, values in ((ROWS, "row_values"), (COLUMNS, "column_values")):
            with gr.Row(elem_classes="dr-axis"):
                parts[axis.name] = _axis(axis)
                parts[values] = gr.Textbox(
                    GRID_VALUES[values],
                    label=t(f"text_to_image.{values}"),
                    info=t("text_to_image.values.info"),
                    max_lines=1,
                    min_width=120,
                    elem_id=f"text_to_image-{values}",
                )
    with gr.Column(visible=False) as columns["swap"], gr.Row():
        parts["word"] = _line("word", "swap.info")
        parts["other"] = _line("other")
    with gr.Column(visible=False) as columns["between"]:
        parts["between"] = gr.Radio(
            [(t(f"text_to_image.between.{kind}"), kind) for kind in KIND.choices],
            value=KIND.default,
            label=t("text_to_image.between"),
        )
        parts["second"] = _line("second")
        with gr.Row():
            parts["second_seed"] = _line("second_seed")
            parts["frames"] = gr.Slider(
                FRAMES.low, FRAMES.high, FRAMES.default, step=1, label=t("text_to_image.frames")
            )
    return columns, parts


def settings(specs: list[ModelSpec]) -> Parts:
    """The fold-out: model, and a control for each row of OPTIONS."""
    with gr.Accordion(t("common.settings"), open=False, elem_id="text_to_image-settings"):
        model = model_menu(specs)
        negative = _line("negative", "negative.info")
        style = gr.Radio(
            [(t(f"text_to_image.style.{name}"), name) for name in _choices("style")],
            value="",
            label=t("text_to_image.style"),
        )
        with gr.Row():
            steps, guidance = _number("steps"), _number("guidance")
        with gr.Row():
            seed, size = _line("seed", "seed.info"), _number("size")
        row = OPTIONS["count"]
        assert isinstance(row, NumberOption)
        count = gr.Slider(
            row.low,
            row.high,
            row.default,
            step=row.step,
            label=t("text_to_image.count"),
            info=t("text_to_image.count.info"),
        )
    return {
        "model": model,
        "negative": negative,
        "style": style,
        "steps": steps,
        "guidance": guidance,
        "seed": seed,
        "size": size,
        "count": count,
    }


def _choices(name: str) -> tuple[str, ...]:
    row = OPTIONS[name]
    assert isinstance(row, ChoiceOption)
    return row.choices


def _axis(option: ChoiceOption) -> gr.Dropdown:
    choices = [(t(f"text_to_image.axis.{name}"), name) for name in option.choices]
    return gr.Dropdown(
        choices, value=option.default, label=t(f"text_to_image.{option.name}"), min_width=120
    )


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


def _line(name: str, info: str = "") -> gr.Textbox:
    return gr.Textbox(
        "",
        label=t(f"text_to_image.{name}"),
        info=t(f"text_to_image.{info}") if info else None,
        max_lines=3 if name in ("negative", "second") else 1,
        min_width=120,
        elem_id=f"text_to_image-{name}",
    )
