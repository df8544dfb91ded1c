"""The gallery in the search, before the first query: pressing a picture asks for those like it."""

from __future__ import annotations

import uuid
from typing import Any

import gradio as gr

from backend import gallery
from demos.shared.endpoints import Json
from demos.shared.handlers import LISTENER
from demos.shared.permalinks import Form
from demos.shared.stage import stage
from demos.shared.strings import language_of, say
from demos.shared.theme import MOUNT


def build() -> gr.HTML:
    """The pictures, which the page's script asks for when it is there."""
    return stage(
        "image_search-gallery", "image_search/gallery.js", events=["picked"], server=[pictures]
    )


def pictures(_: Any, request: gr.Request) -> Json:
    """{"about", "pictures": [[address, caption], ...]} in the visitor's language."""
    language = language_of(request)
    found = [
        [f"{MOUNT}/gallery/{one.key}", one.chinese if language == "zh" else one.english]
        for one in gallery.entries()
    ]
    about = say(language, "image_search.gallery.about", count=len(found))
    return {"about": about, "pictures": found}


def connect(shown: gr.HTML, form: Form, query: Any, picture: Any) -> None:
    """A picture that was pressed becomes the query."""

    def pick(event: gr.EventData) -> list[Any]:
        path = path_of(event)
        if path is None:
            return [gr.skip()] * 3
        return ["", path, str(uuid.uuid4())]

    shown.picked(pick, None, [query, picture, form.run], **LISTENER)
    shown.picked(fn=None, js=form.reveal_js)


def path_of(event: gr.EventData) -> str | None:
    """The file of the picture with the number that the page sent; None for what is no number of
    one."""
    told = event._data if isinstance(event._data, dict) else {}
    number = told.get("number")
    known = gallery.entries()
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < len(known):
        return None
    return str(gallery.file_of(known[number].key))
