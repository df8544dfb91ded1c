"""Send a picture made in one tab to another tab's form, with one click.

A tab that makes pictures gives its form a `PictureSource`, a tab that takes one a `PictureTarget`.
The page connects each source to each target once all tabs are built. A tab that is not built takes
nothing, so no button leads to it.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

import gradio as gr

from demos.shared.handlers import LISTENER
from demos.shared.permalinks import Form, PictureSource
from demos.shared.strings import t


def connect_pictures(bar: gr.Tabs, forms: Sequence[Form]) -> None:
    """A button for each pair of a tab that makes pictures and another one that takes them."""
    for sender in forms:
        for receiver in forms:
            if sender.picture_source and receiver.picture_target and sender is not receiver:
                with sender.picture_source.place:
                    _connect(bar, sender.picture_source, receiver)


def picture_at(pictures: list[str], index: object) -> str:
    """The picture at this index; the first one if there is none. The page sends an index alone: a
    path from outside could name any file."""
    if isinstance(index, int) and 0 <= index < len(pictures):
        return pictures[index]
    return pictures[0]


def _connect(bar: gr.Tabs, source: PictureSource, receiver: Form) -> None:
    target = receiver.picture_target
    assert target
    others = [component for component, _ in target.values]
    values = [value for _, value in target.values]
    name = receiver.tab
    button = gr.Button(t(f"send_to.{name}"), size="sm", elem_classes=f"st-send-to-{name}")

    def send(pictures: list[str], chosen: object) -> list[Any]:
        if not pictures:
            return [gr.skip()] * (3 + len(others))
        picture = picture_at(pictures, chosen)
        return [gr.Tabs(selected=name), picture, *values, str(uuid.uuid4())]

    button.click(
        send,
        [source.pictures, source.chosen],
        [bar, target.picture, *others, receiver.run],
        **LISTENER,
    ).then(fn=None, js=receiver.reveal_js)
