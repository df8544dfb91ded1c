"""The right side of Describe: one gr.HTML that draws itself (assets/web/captioning/stage.js)."""

from __future__ import annotations

import gradio as gr

from demos.shared.stage import stage


def build_stage() -> gr.HTML:
    """The picture, its words and their alternatives. A picked alternative is reported as 'click',
    with {caption, word, alternative}: the numbers of each."""
    return stage("captioning-stage", "captioning/stage.js", events=["click"])
