"""A run as updates of the page: waiting, previews, pictures, card, errors."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from backend.messages import message
from backend.text_to_image import what_if
from backend.text_to_image.request import OPTIONS, DrawRequest, check_request
from backend.text_to_image.results import (
    GridDrawn,
    InterpolationDrawn,
    PicturesDrawn,
    PreviewDrawn,
)
from backend.text_to_image.service import TextToImage
from demos.shared import states
from demos.shared.endpoints import lazily
from demos.shared.handlers import visitor_of
from demos.shared.section import Panel, Updates, render_card
from demos.shared.strings import say, say_message
from demos.text_to_image import payload
from demos.text_to_image.inputs import TAB

HEADLINE = ("seconds_per_picture", "pictures")
REQUEST_FIELDS = ("prompt", "negative", *OPTIONS)
Values = dict[str, Any]  # of the form, by parameter name
Start = Callable[[TextToImage, Values, str], Iterator[Any]]  # (service, values, visitor)


@dataclass(frozen=True)
class View:
    """What a run changes."""

    panel: Panel
    stage: gr.HTML
    send_to: gr.Row  # the buttons that send a picture to another tab
    pictures: gr.State  # paths of the finished files, for other tabs
    chosen: gr.State  # index of the picture on screen
    last_run: gr.State  # seed and prompt of the pictures on screen, for links

    @property
    def outputs(self) -> list[Any]:
        return [*self.panel.components, self.stage, self.send_to, self.pictures, self.last_run]


def run(service: TextToImage, view: View, request: gr.Request, values: Values) -> Iterator[Updates]:
    """One run of what the form has chosen to do."""
    shown = ShownRun(view, str(uuid.uuid4()), values)
    start = STARTS.get(values["view"], _draw)

    def updates() -> Iterator[Any]:
        return start(service, values, visitor_of(request))

    updating = view.panel.stream(request, lambda: lazily(updates), shown.update)
    yield {view.send_to: gr.Row(visible=False), view.pictures: [], **next(updating)}
    files: list[str] = []
    for update in updating:
        files = update.get(view.pictures, files)
        yield {**update, view.send_to: gr.Row(visible=bool(files))}


def _request(values: Values, **changed: Any) -> DrawRequest:
    """The form's request; InputError names the first bad value."""
    fields = {name: values[name] for name in REQUEST_FIELDS} | changed
    return check_request(fields.pop("prompt"), **fields)


def _draw(service: TextToImage, values: Values, visitor: str) -> Iterator[Any]:
    return service.draw(_request(values), visitor, values["model"])


def _draw_grid(service: TextToImage, values: Values, visitor: str) -> Iterator[Any]:
    grid = what_if.grid(
        _request(values, count=1),
        what_if.check_axis(values["rows"], values["row_values"], what_if.ROWS),
        what_if.check_axis(values["columns"], values["column_values"], what_if.COLUMNS),
    )
    return service.draw_grid(grid, visitor, values["model"])


def _swap_word(service: TextToImage, values: Values, visitor: str) -> Iterator[Any]:
    grid = what_if.swap(_request(values, count=1), values["word"], values["other"])
    return service.draw_grid(grid, visitor, values["model"])


def _interpolate(service: TextToImage, values: Values, visitor: str) -> Iterator[Any]:
    names = ("between", "second", "second_seed", "frames")
    given = [values[name] for name in names]
    interpolation = what_if.check_interpolation(_request(values, count=1), *given)
    return service.interpolate(interpolation, visitor, values["model"])


STARTS: dict[str, Start] = {
    "draw": _draw,
    "grid": _draw_grid,
    "swap": _swap_word,
    "between": _interpolate,
}


@dataclass(frozen=True)
class ShownRun:
    """One run on the page. The stage is sent JSON text, not dictionaries: gradio changes a
    dictionary in place in the browser, where the one before it may not have been drawn yet."""

    view: View
    id: str
    values: Values

    def update(
        self, language: str, result: PreviewDrawn | PicturesDrawn | GridDrawn | InterpolationDrawn
    ) -> Updates:
        """The components that a result changes."""
        if isinstance(result, PreviewDrawn):
            count = int(float(self.values["count"] or 1))
            return self._stage(payload.live(language, self.id, result, count))
        if isinstance(result, PicturesDrawn):
            return self._pictures(language, result)
        if isinstance(result, GridDrawn):
            sent = payload.grid(language, self.id, result)
            done, total = len(result.pictures), len(result.grid.cells)
        else:
            sent = payload.interpolation(language, self.id, result)
            done, total = len(result.frames), len(result.interpolation.weights)
        notice = ""
        if result.card and done < total:
            notice = states.notice(say(language, f"{TAB}.half_grid", done=done, total=total))
        return {**self._stage(sent, notice), self.view.panel.card: _card(language, result)}

    def _pictures(self, language: str, result: PicturesDrawn) -> Updates:
        sent = payload.pictures(language, self.id, result)
        seed, prompt = result.pictures[0].recipe.seed, self.values["prompt"]
        return {
            **self._stage(sent, _ending(language, result)),
            self.view.panel.card: _card(language, result),
            self.view.pictures: [each["file"] for each in sent["pictures"] if "file" in each],
            self.view.last_run: {"seed": seed, "prompt": prompt},
        }

    def _stage(self, sent: payload.Json, notice: str = "") -> Updates:
        return {self.view.panel.result: notice, self.view.stage: json.dumps(sent)}


def _ending(language: str, result: PicturesDrawn) -> str:
    """A notice if the last picture was refused or is not complete."""
    last = result.pictures[-1]
    if last.blocked:
        return states.notice(say_message(language, message("blocked")))
    finished = last.generation.finished
    if finished == "end":
        return ""
    done, steps = len(last.generation.predicted_x0), last.recipe.steps
    return states.notice(say(language, f"{TAB}.{finished}", step=done, steps=steps))


def _card(language: str, result: PicturesDrawn | GridDrawn | InterpolationDrawn) -> str:
    return render_card(language, result.card, *HEADLINE, task=TAB) if result.card else ""
