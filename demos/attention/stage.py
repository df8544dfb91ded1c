"""The attention tab's stage: one gr.HTML that draws itself (assets/web/attention/) and asks for
what it shows. What needs no model is answered at once, past the queue; what does, is a run."""

from __future__ import annotations

import gradio as gr

from backend.attention.service import Attention
from demos.attention.server_functions import server_functions
from demos.shared import theme

# 'moved' and 'measure' are events: gradio finds their names in this text.
JS = """
element.classList.add("at-root");
window.showTell.attention.mount(element, props, server, trigger, watch);
// trigger("moved"), trigger("measure")
"""
ANSWER_JS = "watch('value', () => window.showTell.attention?.answer(props.value));"


def build_stage(service: Attention) -> tuple[gr.HTML, gr.HTML]:
    """The stage, and the unseen component that brings it the answers of runs."""
    stage = gr.HTML(
        None,
        html_template="<div></div>",
        head=theme.scripts(*theme.ATTENTION),  # gradio loads them, in order, before js_on_load
        js_on_load=JS,
        elem_id="attention-stage",
        apply_default_css=False,
        server_functions=server_functions(service),
    )
    answer = gr.HTML(
        None,
        html_template="<div></div>",
        js_on_load=ANSWER_JS,
        elem_id="attention-answer",
        apply_default_css=False,
    )
    return stage, answer
