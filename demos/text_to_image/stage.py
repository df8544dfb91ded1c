"""The right side: one gr.HTML that draws itself (assets/web/text_to_image)."""

from __future__ import annotations

import gradio as gr

from demos.shared.handlers import LOOKS
from demos.shared.stage import stage


def build_stage(chosen: gr.Textbox | None = None) -> gr.HTML:
    """Empty until it is sent a run. The picture that is opened is reported as 'chose': {number};
    its number goes into `chosen`, if that is given."""
    made = stage(
        "text_to_image-stage",
        "text_to_image/stage.js",
        styles=["text_to_image/stage.css", "text_to_image/grid.css"],
        events=["chose"],
    )
    if chosen:
        made.chose(number_of, None, chosen, queue=False, **LOOKS)
    return made


def number_of(event: gr.EventData) -> str:
    """The picture's number, for a form's hidden field."""
    return str((event._data or {}).get("number"))
