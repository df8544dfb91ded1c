"""The attention tab's stage: one gr.HTML that draws itself (assets/web/attention/) and asks for
what it shows. What needs no model is answered at once, past the queue; what does, is a run."""

from __future__ import annotations

import gradio as gr

from backend.attention.service import Attention
from demos.attention.export import STAGE_STYLES
from demos.attention.server_functions import server_functions
from demos.shared.stage import stage


def build_stage(service: Attention) -> tuple[gr.HTML, gr.HTML]:
    """The stage, and the unseen component that brings it the answers of runs."""
    made = stage(
        "attention-stage",
        "attention/stage.js",
        styles=STAGE_STYLES,
        events=["moved", "measure"],
        server=server_functions(service),
    )
    return made, stage("attention-answer", "attention/answer.js")
