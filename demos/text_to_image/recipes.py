"""Drop a saved picture: its recipe fills the form and draws it again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

from backend.errors import ShowTellError
from backend.messages import message
from backend.text_to_image.recipe import Recipe, read_recipe
from backend.text_to_image.service import Drawing
from demos.shared import states
from demos.shared.handlers import LOOKS
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


def connect_recipes(drawing: Drawing, form: Form, field: gr.File) -> None:
    """Fill the form from a file that is dropped, and run it; say what is wrong with the file."""

    def fill(request: gr.Request, path: str) -> list[Any]:
        language = language_of(request)
        try:
            recipe = read_recipe(Path(path))
        except ShowTellError as error:
            return [gr.skip()] * len(form.outputs) + [states.error(language, error.message)]
        values, note = filled(drawing, recipe, language)
        return [*form.fill(values), states.notice(note)]

    field.upload(
        fill,
        field,
        [*form.outputs, form.notice],
        **LOOKS,
    )


def filled(drawing: Drawing, recipe: Recipe, language: str) -> tuple[dict[str, Any], str]:
    """The form's values, and what to say: a model that is not here is left to the app's choice."""
    here = {spec.id for spec in drawing.models() if spec.source.on_disk()}
    values = {name: _as_field(value) for name, value in recipe.as_form().items()}
    if recipe.model in here:
        return values, say(language, "text_to_image.recipe.filled")
    missing = message("recipe_other_model", model=recipe.model_name)
    return {**values, "model": ""}, say_message(language, missing)


def _as_field(value: Any) -> Any:
    """Numbers as texts, which the form's fields hold."""
    return f"{value:g}" if isinstance(value, float) else str(value)
