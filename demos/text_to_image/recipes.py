"""Drop a saved picture: its recipe fills the form and draws it again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

from backend.errors import InputError, ShowTellError
from backend.messages import message
from backend.models.revision import revision_of
from backend.text_to_image.recipe import Recipe, read_recipe
from backend.text_to_image.service import TextToImage
from demos.shared import states
from demos.shared.handlers import LISTENER
from demos.shared.permalinks import Form
from demos.shared.strings import language_of, say, say_message, t


def recipe_field() -> gr.File:
    """Where a PNG or a recipe's JSON is dropped."""
    with gr.Accordion(t("text_to_image.recipe"), open=False, elem_id="text_to_image-recipe"):
        gr.Markdown(t("text_to_image.recipe.info"))
        return gr.File(
            label=t("text_to_image.file"),
            file_types=[".png", ".json"],
            height=120,
            elem_id="text_to_image-file",
        )


def connect_recipes(service: TextToImage, form: Form, field: gr.File) -> None:
    """Fill the form from a file that is dropped, and run it; say what is wrong with the file."""

    def fill(request: gr.Request, path: str | None) -> list[Any]:
        language = language_of(request)
        try:
            if path is None:
                raise InputError("no_file")
            recipe = read_recipe(Path(path))
        except ShowTellError as error:
            return [gr.skip()] * len(form.outputs) + [states.error(language, error.message)]
        values, note = form_values(service, recipe, language)
        return [*form.fill(values), states.notice(note)]

    field.upload(fill, field, [*form.outputs, form.notice], **LISTENER)


def form_values(service: TextToImage, recipe: Recipe, language: str) -> tuple[dict[str, Any], str]:
    """The form's values, and what to say. A model that is not installed is left to the app."""
    sources = {spec.id: spec.source for spec in service.models() if spec.source.on_disk()}
    values = {name: _as_text(value) for name, value in recipe.as_form().items()}
    if recipe.model in sources:
        is_same = revision_of(sources[recipe.model]) == recipe.revision
        key = "filled" if is_same else "other_weights"
        return values, say(language, f"text_to_image.recipe.{key}", model=recipe.model_name)
    missing = message("recipe_other_model", model=recipe.model_name)
    return {**values, "model": ""}, say_message(language, missing)


def _as_text(value: Any) -> str:
    """A number as the form's text fields hold it."""
    return f"{value:g}" if isinstance(value, float) else str(value)
