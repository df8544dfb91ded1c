""" "What am I seeing?": the same fold-out under every result."""

from __future__ import annotations

import gradio as gr

from demos.shared.strings import t


def explain(key: str) -> None:
    """A fold-out with the catalogue's Markdown text under `key`."""
    with gr.Accordion(t("common.explain"), open=False):
        gr.Markdown(t(key))
