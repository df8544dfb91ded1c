"""The inner tab "By hand": a transformer of one layer on the visitor's own numbers. It needs no run
and no model: its stage asks for what it shows, and links hold where it is."""

from __future__ import annotations

from typing import Any

import gradio as gr

from backend.errors import InputError
from backend.options import ChoiceOption
from backend.text import shown
from demos.attention import hand_link
from demos.attention.hand_server import server_functions
from demos.shared.permalinks import Param, hidden_field
from demos.shared.stage import call, stage
from demos.shared.strings import t

SCRIPT = "attention/hand/stage.js"
STYLES = tuple(f"attention/{name}.css" for name in ("stage", "views", "hand/hand", "hand/tables"))
STEP = ChoiceOption(
    "step",
    "whole",
    (
        *("whole", "embed", "query", "key", "value", "scores", "scale", "mask", "softmax", "mix"),
        *("join", "project", "expand", "contract", "logits", "next"),
    ),
)
NAMES = ("hand", STEP.name, "cell")  # of its parameters
# gradio reports the inner tab that it selects itself while the page opens: that is no choice.
CLOSE_JS = (
    "(view) => view === 'hand' && document.documentElement.classList.contains('st-opened')"
    " ? '' : view"
)
FOLLOW_JS = "(view) => ({ __type__: 'update', selected: view === 'hand' ? 'hand' : 'model' })"


def params() -> tuple[Param, ...]:
    """Where the stage is, as links hold it: the numbers, the step, and the cell that is lit."""
    return (
        Param("hand", hidden_field(label=t("common.link")), hand_link.check, ""),
        Param.place(STEP, hidden_field(label=t("common.link"))),
        Param("cell", hidden_field(label=t("common.link")), check_cell, ""),
    )


def check_cell(value: object) -> str:
    """A row and a column from 1, "2.3", or nothing. InputError for anything else."""
    text = str(value or "")
    row, point, column = text.partition(".")
    is_place = point and all(part.isdecimal() and len(part) < 3 for part in (row, column))
    if text and not is_place:
        raise InputError("not_a_choice", name="cell", choices="1.1, 2.3, …", value=shown(value))
    return text


def build(places: tuple[Param, ...]) -> None:
    """Lay out and wire what stands in the inner tab."""
    with gr.Row(elem_classes="st-work st-no-run at-hand-work"):
        gr.Column()  # where other results have their form
        with gr.Column(min_width=320, elem_id="attention-hand-result"):
            made = stage(
                "attention-hand",
                SCRIPT,
                styles=STYLES,
                events=["moved"],
                server=server_functions(),
            )
    outputs = [param.component for param in places]
    made.moved(fn=None, outputs=outputs, js=call(SCRIPT, "place"))


def connect(view: Any, bar: gr.Tabs, model: gr.Tab, hand: gr.Tab) -> None:
    """The inner tab that is open follows the form's `view`, and is named there."""
    hand.select(fn=None, outputs=view, js="() => 'hand'")
    model.select(fn=None, inputs=view, outputs=view, js=CLOSE_JS)
    view.change(fn=None, inputs=view, outputs=bar, js=FOLLOW_JS)
