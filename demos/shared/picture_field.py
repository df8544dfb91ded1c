"""The field for a picture: gradio's, but the upload is handed over unopened.

gradio would decode it itself, whatever its size; `backend.pictures.read_picture` looks first.
"""

from __future__ import annotations

from abc import ABCMeta
from typing import Any, Literal

import gradio as gr

Source = Literal["upload", "webcam", "clipboard"]


def picture_field(*, webcam: bool = False, **options: Any) -> gr.Image:
    """An image field whose value is the path of the upload, or None. What the webcam takes is an
    upload like others."""
    sources: list[Source] = ["upload", "clipboard"]
    if webcam:
        sources.append("webcam")
    return _UnopenedImage(type="filepath", sources=sources, **options)


def _path_of(self: gr.Image, payload: Any) -> str | None:
    """Where gradio has put the upload."""
    return payload.path if payload else None


# A class and not one changed object: when a handler skips the field, gradio makes a new object of
# its class. Made past gradio's metaclass, which writes a stub file beside the module of each.
_UnopenedImage: type[gr.Image] = ABCMeta.__new__(
    type(gr.Image),
    "_UnopenedImage",
    (gr.Image,),
    {"preprocess": _path_of, "is_template": True, "__module__": __name__},
)
