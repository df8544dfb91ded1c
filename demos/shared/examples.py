"""Examples that fill the form and answer on one click."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

import gradio as gr
from markupsafe import Markup

from demos.shared.handlers import LISTENER
from demos.shared.permalinks import Example, Form
from demos.shared.strings import in_html, t

__all__ = ["Example", "example_buttons"]


def example_buttons(
    form: Form, examples: tuple[Example, ...], keep: tuple[str, ...] = ()
) -> tuple[gr.Button, ...]:
    """A row of buttons; each fills the form as a link would, less what to `keep`, and runs it.

    What one example sets, another does not keep: only what the visitor chose.
    """
    gr.HTML(
        Markup('<p class="st-small-title">{}</p>').format(in_html("common.examples")),
        apply_default_css=False,
    )
    with gr.Row(elem_classes="st-examples"):
        set_by_examples = {
            name: {example.values[name] for example in examples if name in example.values}
            for name in keep
        }
        return tuple(_example_button(form, example, set_by_examples) for example in examples)


def _example_button(
    form: Form, example: Example, set_by_examples: Mapping[str, Set[Any]]
) -> gr.Button:
    """`set_by_examples`: the parameters to keep, and the values that are not the visitor's own."""
    elem_id = f"st-example-{form.tab}-{len(form.examples)}"  # a saved view presses it
    form.examples.append(example)
    button = gr.Button(t(example.key), size="sm", min_width=80, elem_id=elem_id)

    def fill(*present: Any) -> list[Any]:
        now = zip(set_by_examples.items(), present, strict=True)
        own = (name for (name, others), value in now if value not in others)
        return form.fill(example.values, tuple(name for name in own if name not in example.values))

    button.click(
        fill,
        inputs=[form.param(name).component for name in set_by_examples],
        outputs=form.outputs,
        **LISTENER,
    )
    button.click(fn=None, js=form.reveal_js)
    return button
