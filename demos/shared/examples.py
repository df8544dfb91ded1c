"""Examples that fill the form and answer on one click."""

from __future__ import annotations

import gradio as gr
from markupsafe import Markup

from demos.shared.handlers import LISTENER
from demos.shared.permalinks import Example, Form
from demos.shared.strings import in_html, t

__all__ = ["Example", "example_buttons"]


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
    elem_id = f"st-example-{form.tab}-{len(form.examples)}"  # a saved view presses it
    form.examples.append(example)
    button = gr.Button(t(example.key), size="sm", min_width=80, elem_id=elem_id)
    button.click(
        lambda: form.fill(example.values, keep),
        outputs=form.outputs,
        **LISTENER,
    )
    button.click(fn=None, js=form.reveal_js)
    return button
