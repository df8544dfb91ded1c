"""The fields and menus that several of the tab's sections have."""

from __future__ import annotations

import gradio as gr

from backend.classification.request import AUTO
from backend.classification.service import Classification
from backend.models.registry import ModelSpec
from backend.units import bytes_in_words
from demos.shared.model_menu import linked_model
from demos.shared.permalinks import Param
from demos.shared.strings import t

TAB = "classification"


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
    """A field for a sentence, with a hint ("<key>.info")."""
    return gr.Textbox("", label=t(key), info=t(f"{key}.info"), max_lines=4, elem_id=elem_id)


def expert_menu(experts: list[ModelSpec], auto: bool = True) -> gr.Dropdown:
    """A dropdown whose value is an expert's id; with `auto`, also the router."""
    choices = [(menu_name(spec), spec.id) for spec in experts]
    if auto:
        return gr.Dropdown(
            [(t("classification.expert.auto"), AUTO), *choices],
            value=AUTO,
            label=t("classification.expert"),
            info=t("classification.expert.info"),
        )
    return gr.Dropdown(choices, value=experts[0].id, label=t("classification.expert"))


def expert_param(service: Classification, name: str, menu: gr.Dropdown) -> Param:
    """A link's value for a menu without the router."""
    default = service.default_expert()
    return Param(name, menu, linked_model(service.experts(), name, default), default)


def menu_name(spec: ModelSpec) -> str:
    """The name; the size where choosing it means downloading it."""
    download = spec.source.download_bytes
    size = f" (↓ {bytes_in_words(download)})" if download and not spec.source.on_disk() else ""
    return f"{spec.name}{size}"
