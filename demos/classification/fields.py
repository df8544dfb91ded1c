"""The tab's text fields."""

from __future__ import annotations

import gradio as gr

from demos.shared.strings import t


def text_field(elem_id: str, key: str = "classification.text") -> gr.Textbox:
    """A field for one text; Enter runs."""
    return gr.Textbox(
        "",
        label=t(key),
        placeholder=t("classification.text.placeholder"),
        lines=1,
        max_lines=12,
        elem_id=elem_id,
        elem_classes="st-prompt",
    )


def short_field(elem_id: str, key: str) -> gr.Textbox:
    """A field for a sentence, with a word on what belongs there ("<key>.info")."""
    return gr.Textbox("", label=t(key), info=t(f"{key}.info"), max_lines=4, elem_id=elem_id)
