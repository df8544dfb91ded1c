"""The right side of Describe: one gr.HTML that draws itself (assets/web/captioning/stage.js)."""

from __future__ import annotations

import gradio as gr

from demos.shared import theme

SCRIPTS = ("captioning/stage.js",)

# A picked alternative is reported as 'click'.
JS = """
window.showTell.captioning.mount(element, props, trigger, watch);
// trigger('click', { caption, word, rival })
"""


def build_stage() -> gr.HTML:
    """The picture, its words and their alternatives."""
    return gr.HTML(
        None,
        html_template="<div></div>",
        head=theme.scripts(*SCRIPTS),
        js_on_load=JS,
        elem_id="captioning-stage",
        apply_default_css=False,
    )
