"""What is said of a recipe that is dropped."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend import Backend
from backend.text_to_image.service import TextToImage
from demos.text_to_image.recipes import form_values
from tests.backend.text_to_image.recipes import RECIPE


def said(**changed: str) -> tuple[str, str]:
    """The model in the form, and the sentence."""
    service = TextToImage(Backend("bundled"))
    values, note = form_values(service, replace(RECIPE, **changed), "en")
    assert values["prompt"] == RECIPE.prompt
    return values["model"], note


def test_the_same_weights_draw_the_same_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("demos.text_to_image.recipes.revision_of", lambda _: RECIPE.revision)
    model, note = said()
    assert model == RECIPE.model and "The same picture is being drawn again" in note


def test_other_weights_draw_another_which_is_said() -> None:
    model, note = said(revision="0123456789abcdef")
    assert model == RECIPE.model
    assert "other weights of Show & Tell painter" in note and "will differ" in note


def test_a_model_that_is_not_here_leaves_the_choice_to_the_app() -> None:
    model, note = said(model="of-tomorrow", model_name="Tomorrow")
    assert model == "" and "Tomorrow, which is not installed here" in note
