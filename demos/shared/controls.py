"""Form controls made from option rows. Texts are in the catalogue as "<tab>.<name>",
"<tab>.<name>.info" and, for a choice, "<tab>.<name>.<choice>"."""

from __future__ import annotations

from typing import Any

import gradio as gr

from backend.options import ChoiceOption, NumberOption, Option
from demos.shared.strings import t


def control(tab: str, option: Option, **looks: Any) -> gr.Radio | gr.Slider | gr.Textbox:
    """The control of a row: a radio, a slider, or a field for a number that may be left out
    (gr.Number would show None as 0)."""
    if isinstance(option, ChoiceOption):
        return radio(tab, option, **looks)
    return line(tab, option.name, **looks) if option.empty else slider(tab, option, **looks)


def radio(tab: str, option: ChoiceOption, **looks: Any) -> gr.Radio:
    """One of a few words."""
    choices = [(t(f"{tab}.{option.name}.{choice}"), choice) for choice in option.choices]
    return gr.Radio(choices, value=option.default, **_texts(tab, option.name, False), **looks)


def slider(tab: str, option: NumberOption, has_info: bool = True, **looks: Any) -> gr.Slider:
    """A number in a range."""
    texts = _texts(tab, option.name, has_info)
    return gr.Slider(option.low, option.high, option.default, step=option.step, **texts, **looks)


def line(tab: str, name: str, has_info: bool = True, **looks: Any) -> gr.Textbox:
    """A field of one line; Enter sends. `looks` may give it a value, or more lines."""
    plain = {"value": "", "max_lines": 1}
    return gr.Textbox(**{**plain, **_texts(tab, name, has_info), **looks})


def _texts(tab: str, name: str, has_info: bool) -> dict[str, Any]:
    key = f"{tab}.{name}"
    return {"label": t(key), "info": t(f"{key}.info") if has_info else None}
