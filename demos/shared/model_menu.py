"""The menu of a task's models: the app's own choice first, then each row with its download size."""

from __future__ import annotations

from collections.abc import Callable

import gradio as gr

from backend.models.registry import ModelSpec
from backend.options import ChoiceOption
from backend.units import bytes_in_words
from demos.shared.strings import t


def model_menu(specs: list[ModelSpec]) -> gr.Dropdown:
    """A dropdown whose value is a model's id, or "" for the app's choice."""
    choices = [(t("common.model.auto"), ""), *((_label(spec), spec.id) for spec in specs)]
    return gr.Dropdown(choices, value="", label=t("common.model"), info=t("common.model.info"))


def second_menu(specs: list[ModelSpec]) -> gr.Dropdown:
    """A dropdown whose value is the id of the model to compare with: at first the smallest."""
    choices = [(_label(spec), spec.id) for spec in specs]
    label, info = t("common.second"), t("common.second.info")
    return gr.Dropdown(choices, value=smallest(specs), label=label, info=info)


def smallest(specs: list[ModelSpec]) -> str:
    """The last row's id: they come largest first. "" where there is none."""
    return specs[-1].id if specs else ""


def _label(spec: ModelSpec) -> str:
    """Name and tier; the size only where choosing the row means downloading it."""
    download = spec.source.download_bytes
    size = f", ↓ {bytes_in_words(download)}" if download and not spec.source.on_disk() else ""
    return f"{spec.name} ({spec.tier}{size})"


def linked_model(
    specs: list[ModelSpec], name: str = "model", automatic: str = ""
) -> Callable[[object], str]:
    """The check of a link's model: a link may choose one that is here, never start a download."""

    def check(value: object) -> str:
        here = tuple(spec.id for spec in specs if spec.source.on_disk())
        return ChoiceOption(name, automatic, (automatic, *here)).check(value)

    return check
