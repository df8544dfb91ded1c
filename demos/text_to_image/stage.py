"""The right side: one gr.HTML that draws itself (assets/web/text_to_image)."""

from __future__ import annotations

import gradio as gr

from demos.shared import theme

SCRIPTS = (
    "text_to_image/parts.js",
    "text_to_image/words.js",
    "text_to_image/grid.js",
    "text_to_image/stage.js",
)
STYLE = f'<link rel="stylesheet" href="{theme.MOUNT}/text_to_image/stage.css">'

# 'chose' is an event: gradio finds its name in this text.
JS = """
window.showTell.drawing.mount(element, props, trigger, watch);
// trigger("chose")
"""


def build_stage(chosen: gr.Textbox) -> gr.HTML:
    """The stage; the number of the picture that is chosen on it goes into `chosen`."""
    stage = gr.HTML(
        None,
        html_template="<div></div>",
        head=STYLE + theme.scripts(*SCRIPTS),  # gradio loads them, in order, before js_on_load
        js_on_load=JS,
        elem_id="text_to_image-stage",
        apply_default_css=False,
    )
    stage.chose(fn=None, outputs=chosen, js="() => window.showTell.drawing.chosen()")
    return stage
