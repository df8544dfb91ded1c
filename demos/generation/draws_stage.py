"""The stage of the tree: a gr.HTML that draws
itself (assets/web/generation/draws.js) from what it is sent."""

from __future__ import annotations

import gradio as gr

from demos.shared import theme

STYLE = f'<link rel="stylesheet" href="{theme.MOUNT}/generation/draws.css">'


def build_stage() -> gr.HTML:
    """Empty until it is sent a tree."""
    return gr.HTML(
        None,
        html_template="<div></div>",
        head=STYLE + theme.scripts("generation/draws.js"),
        js_on_load="window.showTell.tree.mount(element, props, watch);",
        elem_id="generation-tree",
        apply_default_css=False,
    )
