"""The tree of samples: one gr.HTML that draws itself (assets/web/generation/samples.js)."""

from __future__ import annotations

import gradio as gr

from demos.shared.stage import stage


def build_stage() -> gr.HTML:
    """Empty until it is sent a tree."""
    return stage("generation-samples", "generation/samples.js", styles=["generation/samples.css"])
