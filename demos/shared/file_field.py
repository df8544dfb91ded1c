"""The field for files that keeps the names under which the visitor has them.

gradio's own hands over where it put an upload, under a name without the characters that it thinks
risky: "hey!.jpg" comes as "hey.jpg", and may so meet another file.
"""

from __future__ import annotations

from abc import ABCMeta
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.data_classes import ListFiles

NamedPath = tuple[str, Path]  # the visitor's name of a file, and where it lies


def file_field(**options: Any) -> gr.File:
    """A file field whose value is a NamedPath, or None; with `file_count="multiple"` a list."""
    return _NamedFile(**options)


def _named_paths(self: gr.File, payload: Any) -> NamedPath | list[NamedPath] | None:
    if payload is None:
        return None
    files = payload.root if isinstance(payload, ListFiles) else [payload]
    named = [(file.orig_name or Path(file.path).name, Path(file.path)) for file in files]
    return named[0] if self.file_count == "single" else named


# Made as in demos.shared.picture_field, and for the reasons given there.
_NamedFile: type[gr.File] = ABCMeta.__new__(
    type(gr.File),
    "_NamedFile",
    (gr.File,),
    {"preprocess": _named_paths, "is_template": True, "__module__": __name__},
)
