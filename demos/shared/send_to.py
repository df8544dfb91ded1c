"""Onward: a picture made in one tab goes into another tab's form, with one click.

A tab that makes pictures gives its form an `Outlet`, a tab that takes one an `Intake`; the page
connects each to each when all tabs are built. A tab that is not built takes nothing, so no button
leads to it.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr

from demos.shared.handlers import LOOKS
from demos.shared.strings import t

if TYPE_CHECKING:
    from demos.shared.permalinks import Form


@dataclass(frozen=True)
class Intake:
    """Where a picture from elsewhere goes. `values` go into further components; then it runs."""

    picture: gr.Image
    values: tuple[tuple[Any, Any], ...] = ()  # component, its new value


@dataclass(frozen=True)
class Outlet:
    """Where the buttons stand, and what they send: `pictures` holds paths of files that the server
    made, `chosen` the number of the one on screen."""

    place: gr.Row
    pictures: gr.State
    chosen: gr.Textbox


def connect_onward(bar: gr.Tabs, forms: Sequence[Form]) -> None:
    """A button for each way from a tab that makes pictures to one that takes them."""
    for giver in forms:
        for taker in forms:
            if giver.outlet and taker.intake and giver is not taker:
                with giver.outlet.place:
                    _connect(bar, giver.outlet, taker)


def chosen_of(pictures: list[str], chosen: str) -> str:
    """The picture of that number; the first for a number that is none. The page sends the number
    alone: a path from outside could name any file."""
    is_number = chosen.isascii() and chosen.isdecimal() and int(chosen) < len(pictures)
    return pictures[int(chosen)] if is_number else pictures[0]


def _connect(bar: gr.Tabs, outlet: Outlet, taker: Form) -> None:
    assert taker.intake
    others = [component for component, _ in taker.intake.values]
    filled = [value for _, value in taker.intake.values]
    button = gr.Button(t(f"onward.{taker.tab}"), size="sm", elem_classes=f"st-onward-{taker.tab}")

    def send(pictures: list[str], chosen: str) -> list[Any]:
        if not pictures:
            return [gr.skip()] * (3 + len(others))
        picture = chosen_of(pictures, chosen)
        return [gr.Tabs(selected=taker.tab), picture, *filled, str(uuid.uuid4())]

    button.click(
        send,
        [outlet.pictures, outlet.chosen],
        [bar, taker.intake.picture, *others, taker.run],
        **LOOKS,
    ).then(fn=None, js=taker.reveal_js)
