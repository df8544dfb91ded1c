"""Examples that fill the form and answer on one click."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import gradio as gr
from markupsafe import Markup

from demos.shared.handlers import LISTENER
from demos.shared.permalinks import Form
from demos.shared.strings import in_html, t


@dataclass(frozen=True)
class Example:
    """A button's text (a catalogue key) and the form's values, by parameter name."""

    key: str
    values: Mapping[str, Any]


def example_buttons(
    form: Form, examples: tuple[Example, ...], keep: tuple[str, ...] = ()
) -> tuple[gr.Button, ...]:
    """A row of buttons; each fills the form as a link would, less what to `keep`, and runs it."""
    gr.HTML(
        Markup('<p class="st-small-title">{}</p>').format(in_html("common.examples")),
        apply_default_css=False,
    )
    with gr.Row(elem_classes="st-examples"):
        return tuple(_example_button(form, example, keep) for example in examples)


def _example_button(form: Form, example: Example, keep: tuple[str, ...]) -> gr.Button:
    button = gr.Button(t(example.key), size="sm", min_width=80)
    button.click(
        lambda: form.fill(example.values, keep),
        outputs=form.outputs,
        **LISTENER,
    )
    button.click(fn=None, js=form.reveal_js)
    return button
