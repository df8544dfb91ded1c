"""Names of experts and labels for people; those without a text of their own stay as they are."""

from __future__ import annotations

from collections.abc import Iterable

from backend.models.registry import ModelSpec
from demos.shared.strings import CATALOGUE, say


def label_name(language: str, label: str) -> str:
    """ "positive" in the page's language."""
    key = f"classification.label.{label}"
    return say(language, key) if key in CATALOGUE else label


def label_names(language: str, labels: Iterable[str]) -> dict[str, str]:
    return {label: label_name(language, label) for label in labels}


def expert_name(language: str, expert: ModelSpec) -> str:
    """What the expert is for, in the page's language; the row's name where no text says it."""
    key = f"classification.expert.{expert.id}"
    return say(language, key) if key in CATALOGUE else expert.name
