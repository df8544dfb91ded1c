"""The right side: one gr.HTML that draws itself (assets/web/text_to_image)."""

from __future__ import annotations

import gradio as gr

from demos.shared.stage import stage


def build_stage() -> gr.HTML:
    """Empty until it is sent a run. The picture that is opened on it is reported as 'chose':
    {number}."""
    return stage(
        "text_to_image-stage",
        "text_to_image/stage.js",
        styles=["text_to_image/stage.css", "text_to_image/grid.css"],
        events=["chose"],
    )
