"""Names of experts and labels for people; labels that are not ours stay as they are."""

from __future__ import annotations

from collections.abc import Iterable

import gradio as gr

from backend.classification.router import AUTO
from backend.classification.service import BUNDLED, Classification
from backend.models.registry import ModelSpec
from backend.units import bytes_in_words
from demos.shared.model_menu import linked_model
from demos.shared.permalinks import Param
from demos.shared.strings import CATALOGUE, say, t


def label_name(language: str, label: str) -> str:
    """ "positive" as the page's language says it."""
    key = f"classification.label.{label}"
    return say(language, key) if key in CATALOGUE else label


def label_names(language: str, labels: Iterable[str]) -> dict[str, str]:
    return {label: label_name(language, label) for label in labels}


def expert_name(language: str, expert: str) -> str:
    return say(language, f"classification.expert.{expert}")


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
    return Param(name, menu, linked_model(service.experts(), name, BUNDLED[0]), BUNDLED[0])


def menu_name(spec: ModelSpec) -> str:
    """The name; the size where choosing it means downloading it."""
    download = spec.source.download_bytes
    size = f" (↓ {bytes_in_words(download)})" if download and not spec.source.on_disk() else ""
    return f"{spec.name}{size}"
