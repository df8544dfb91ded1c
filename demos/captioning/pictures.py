"""The example pictures, which a link can name, and the field that holds a visitor's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr

from backend import gallery
from backend.options import ChoiceOption
from backend.pictures import read_picture
from demos.shared.permalinks import Param, hidden_field
from demos.shared.picture_field import picture_field
from demos.shared.strings import t

if TYPE_CHECKING:
    from PIL.Image import Image

PICTURES = {
    "apple": "food-fruit-apple_red.webp",
    "lion": "animals-mammals-cats-lion.webp",
    "elephant": "animals-mammals-elephant.webp",
    "car": "vehicles-auto-sedan.webp",
    "violin": "hobbies-music-string-violin.webp",
    "cake": "food-dessert-cartoon-birthday_cake.webp",
}
EXAMPLE = ChoiceOption("example", "", ("", *PICTURES))


def picture_of(values: dict[str, Any]) -> str | None:
    """The path of the picture that a run is about: the named example, or the visitor's own."""
    name = EXAMPLE.check(values.get("example") or "")
    return str(gallery.file_of(PICTURES[name])) if name else values.get("picture")


def sample_pictures() -> list[Image]:
    """Three of them, for the example video."""
    return [read_picture(gallery.file_of(PICTURES[name])) for name in ("lion", "car", "cake")]


def picture_with_example(name: str, **looks: Any) -> tuple[gr.Image, Param]:
    """The field, and a hidden field with the name of the example in it, which a visitor's own
    picture empties."""
    picture = picture_field(
        webcam=True, label=t("captioning.picture"), elem_id=f"captioning-{name}", **looks
    )
    example = hidden_field()
    gr.on(
        [picture.upload, picture.clear, picture.input],
        fn=None,
        js="() => ''",
        outputs=example,
    )
    return picture, Param.option(EXAMPLE, example)
