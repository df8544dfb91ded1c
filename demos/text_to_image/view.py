"""A run as updates of the page: waiting, sketches, pictures, card, errors."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from backend.messages import message
from backend.text_to_image import what_if
from backend.text_to_image.request import OPTIONS, DrawRequest, check_request
from backend.text_to_image.service import Compared, Drawing, Drawn, Sketched, Walked
from demos.shared import states
from demos.shared.endpoints import lazily
from demos.shared.handlers import visitor_of
from demos.shared.section import Panel, Updates, render_card
from demos.shared.strings import say, say_message

TAB = "text_to_image"
HEADLINE = ("seconds_per_picture", "pictures")
NEEDS = ("prompt", "negative", *OPTIONS)  # what a request is made from


@dataclass(frozen=True)
class View:
    """What a run changes. `pictures` holds the paths of the finished files, for other tabs;
    `last_run` the seed on screen, for links."""

    panel: Panel
    stage: gr.HTML
    onward: gr.Row
    pictures: gr.State
    last_run: gr.State

    @property
    def outputs(self) -> list[Any]:
        return [*self.panel.components, self.stage, self.onward, self.pictures, self.last_run]


def requested(given: dict[str, Any]) -> DrawRequest:
    """The form's request; InputError names the first bad value."""
    values = {name: given[name] for name in NEEDS}
    if given.get("view") != "draw":
        values["count"] = 1
    return check_request(values.pop("prompt"), **values)


def run(
    drawing: Drawing, view: View, request: gr.Request, given: dict[str, Any]
) -> Iterator[Updates]:
    """One run of the view on screen."""
    scene = Scene(view, str(uuid.uuid4()), given)
    visitor = visitor_of(request)

    def updates() -> Iterator[Any]:
        asked, model = requested(given), given["model"]
        if given["view"] == "draw":
            return drawing.draw(asked, visitor, model)
        if given["view"] == "between":
            way = what_if.check_between(
                asked, given["between"], given["second"], given["second_seed"], given["frames"]
            )
            return drawing.walk(way, visitor, model)
        return drawing.compare(_grid(asked, given), visitor, model)

    updating = view.panel.stream(request, lambda: lazily(updates), scene.show)
    yield {view.onward: gr.Row(visible=False), view.pictures: [], **next(updating)}
    files: list[str] = []
    for update in updating:
        files = update.get(view.pictures, files)
        yield {**update, view.onward: gr.Row(visible=bool(files))}


def _grid(asked: DrawRequest, given: dict[str, Any]) -> what_if.Grid:
    if given["view"] == "swap":
        return what_if.swap(asked, given["word"], given["other"])
    return what_if.grid(
        asked,
        what_if.check_axis(given["rows"], given["row_values"], what_if.ROWS),
        what_if.check_axis(given["columns"], given["column_values"], what_if.COLUMNS),
    )


@dataclass(frozen=True)
class Scene:
    """One run on the page. The stage is sent texts, not dictionaries: gradio changes a dictionary
    in place in the browser, where the one before it may not have been drawn yet."""

    view: View
    id: str
    given: dict[str, Any]

    def show(self, language: str, update: Sketched | Drawn | Compared | Walked) -> Updates:
        """What an update changes."""
        from demos.text_to_image import payload

        panel, stage = self.view.panel, self.view.stage
        if isinstance(update, Sketched):
            count = int(float(self.given["count"] or 1))
            sketch = payload.live(language, self.id, update, count)
            return {panel.result: "", stage: json.dumps(sketch)}
        if isinstance(update, Drawn):
            return self._drawn(language, update, payload.drawn(language, self.id, update))
        if isinstance(update, Compared):
            shown = payload.compared(language, self.id, update)
            done, total = len(update.pictures), len(update.grid.cells)
        else:
            shown = payload.walked(language, self.id, update)
            done, total = len(update.frames), len(update.between.shares)
        notice = ""
        if update.card and done < total:
            notice = states.notice(say(language, f"{TAB}.half_grid", done=done, total=total))
        card = self._card(language, update)
        return {panel.result: notice, stage: json.dumps(shown), panel.card: card}

    def _drawn(self, language: str, update: Drawn, shown: dict[str, Any]) -> Updates:
        panel, view = self.view.panel, self.view
        files = [picture["file"] for picture in shown["pictures"] if "file" in picture]
        return {
            panel.result: self._ending(language, update),
            view.stage: json.dumps(shown),
            panel.card: self._card(language, update),
            view.pictures: files,
            view.last_run: {"seed": update.pictures[0].recipe.seed, "prompt": self.given["prompt"]},
        }

    def _ending(self, language: str, update: Drawn) -> str:
        """A notice where the last picture is not as it was asked for."""
        last = update.pictures[-1].painting
        if last.blocked:
            return states.notice(say_message(language, message("blocked")))
        if last.finished == "end":
            return ""
        done, steps = len(last.cleans), last.asked.steps
        return states.notice(say(language, f"{TAB}.{last.finished}", step=done, steps=steps))

    def _card(self, language: str, update: Drawn | Compared | Walked) -> str:
        return render_card(language, update.card, *HEADLINE, task=TAB) if update.card else ""
