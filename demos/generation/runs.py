"""What the buttons of the text generation tab do: runs as updates of the view, and steps back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import gradio as gr

from backend.errors import InputError
from backend.generation.request import OPTIONS, GenerationRequest, check_request
from backend.generation.service import Generation
from backend.text import clean_text
from demos.generation import branches, transcript
from demos.generation.api import stage
from demos.generation.branches import ON, Tried, point_of
from demos.generation.transcript import Turn
from demos.generation.view import Scene, Updates, View, nothing_yet
from demos.shared import states
from demos.shared.files import file_of
from demos.shared.handlers import visitor_of, with_visible_errors
from demos.shared.pace import paced
from demos.shared.permalinks import Form
from demos.shared.strings import language_of

if TYPE_CHECKING:
    from backend.generation.task import Taken


def runs(
    service: Generation, form: Form, view: View
) -> tuple[Callable[..., Iterator[Updates]], ...]:
    """The handlers that start a run: from the form, from a link, cut to fit, once more."""
    names = [param.name for param in form.params]

    def start(
        request: gr.Request, history: list[Turn], values: Any, earlier: Any = None, **changed: Any
    ) -> Iterator[Updates]:
        given = {**dict(zip(names, values, strict=True)), **changed}
        earlier = history if earlier is None else earlier
        return answer(service, view, request, given, earlier, history)

    def run(request: gr.Request, history: Any, last: Any, *values: Any) -> Iterator[Updates]:
        yield {view.notice: ""}
        yield from start(request, history, values)

    def run_afresh(request: gr.Request, history: Any, last: Any, *values: Any) -> Iterator[Updates]:
        """A new chat, from a link or an example."""
        yield from start(request, [], values)

    def run_keeping_end(
        request: gr.Request, history: Any, last: Any, *values: Any
    ) -> Iterator[Updates]:
        yield from start(request, history, values, overflow="keep_end")

    def run_again(request: gr.Request, history: Any, last: Any, *values: Any) -> Iterator[Updates]:
        """The run on screen with a new seed; in a chat, its answer gives way to the new one."""
        if last:  # empty on a page that has outlived its server
            earlier = history[:-2] if last["mode"] == "chat" else history
            changed = {"prompt": last["prompt"], "mode": last["mode"], "seed": ""}
            yield from start(request, history, values, earlier, **changed)
        else:
            yield {view.again: gr.Button(visible=False)}

    def run_branch(
        request: gr.Request, branch: str, tried: Any, history: Any, last: Any, *values: Any
    ) -> Iterator[Updates]:
        """The run on screen up to a token, another token there, and on from it."""
        if last:
            earlier = history[:-2] if last["mode"] == "chat" else history
            changed = {name: last[name] for name in ("prompt", "mode", "seed")}
            changed |= {"branch": (last.get("key"), branch), "tried": tried}
            yield from start(request, history, values, earlier, **changed)

    def run_on(
        request: gr.Request, tried: Any, history: Any, last: Any, *values: Any
    ) -> Iterator[Updates]:
        """The run on screen, longer."""
        yield from run_branch(request, ON, tried, history, last, *values)

    return run, run_afresh, run_keeping_end, run_again, run_branch, run_on


def saved(service: Generation, tried: Sequence[Tried]) -> str | None:
    """The file of all that was tried, once there are two."""
    if len(tried) < 2:
        return None
    return file_of("branches.json", branches.exported(service, tried))


def reopen(service: Generation, view: View) -> Callable[..., Updates]:
    """One of the answers that were tried, on screen again. Needs no model."""

    def show(
        request: gr.Request, key: Any, tried: list[Tried], history: list[Turn], last: dict[str, Any]
    ) -> Updates:
        language = language_of(request)
        one = next((one for one in tried if one.key == key), None)
        if one is None or not last:
            return {view.notice: ""}
        try:
            written = service.answers.get(key).written
        except InputError as error:
            return {view.notice: states.error(language, error.message)}
        earlier = history[:-2] if last["mode"] == "chat" else []
        scene = Scene(view, language, last["mode"], earlier, last["prompt"], history, tried)
        return {**scene.reopened(one, written), view.notice: ""}

    return show


def edit(view: View, mode: gr.components.Component) -> Callable[..., Updates]:
    """A chat as it was before one of its questions, which is in the field again."""

    def back(request: gr.Request, sent: str, history: list[Turn]) -> Updates:
        number = transcript.turn_of(sent, history)
        if number is None:  # of a page that has outlived its server, or changed meanwhile
            return {view.notice: ""}
        earlier, question = history[:number], history[number]["content"]
        language = language_of(request)
        chat = transcript.chat(language, earlier, editable=True) if earlier else nothing_yet()
        before = {view.history: earlier, view.answer: chat, view.prompt: question, mode: "chat"}
        return {**view.cleared(), **before}

    return back


def answer(
    service: Generation,
    view: View,
    request: gr.Request,
    given: dict[str, Any],
    history: list[Turn],
    on_screen: list[Turn],
) -> Iterator[Updates]:
    """One answer as updates of the view: waiting, growing, then done, stopped or failed."""
    mode, prompt = given["mode"], given["prompt"]
    earlier = history if mode == "chat" else []
    branch, tried = given.get("branch"), given.get("tried") or []
    scene = Scene(
        view,
        language_of(request),
        mode,
        earlier,
        _showable(prompt),
        on_screen,
        tried,
        branch,
        lambda tried: saved(service, tried),
    )
    yield scene.begun()

    def steps() -> Iterator[Updates]:
        visitor, model = visitor_of(request), given["model"]
        if mode == "read":
            yield from map(scene.show_read, paced(service.read(prompt, visitor, model), stage))
        elif mode == "draws":
            fixed = {"mode": "completion", "strategy": "sampling"}
            options = {name: given[name] for name in OPTIONS} | fixed
            drawn = service.fan(check_request(prompt, **options), visitor, model)
            yield from map(scene.show_draws, paced(drawn, stage))
        elif mode == "versus":
            fixed = {"mode": "chat"}
            options = {name: given[name] for name in (*OPTIONS, "system", "stop")} | fixed
            asked = check_request(prompt, **options)
            both = service.versus(asked, visitor, model, given["second"])
            yield from map(scene.show_versus, paced(both, stage))
        elif branch:
            asked, taken = branched(service, *branch)
            written = service.generate(asked, visitor, taken.model, taken)
            yield from map(scene.show, paced(written, stage))
        else:
            beside = ("prompt", "model", "second")
            options = {name: value for name, value in given.items() if name not in beside}
            asked = check_request(prompt, history=earlier, **options)
            yield from map(scene.show, paced(service.generate(asked, visitor, model), stage))

    yield from with_visible_errors(steps(), scene.failed, scene.stopped)


def branched(service: Generation, on_screen: Any, branch: str) -> tuple[GenerationRequest, Taken]:
    """The request that goes on from a token of the answer on screen, and what is kept of that;
    `branch` is a point as the page sends it, or ON."""
    if branch == ON:
        taken = service.answers.get(on_screen)
        return taken.go_on(), taken
    key, place, token = point_of(branch)
    if key != on_screen:
        raise InputError("result_gone")
    taken = service.answers.get(key)
    return taken.branch(place, token), taken


def _showable(prompt: Any) -> str:
    """The prompt as it can be shown, even if it is too long or no text at all."""
    try:
        return clean_text(prompt)[0]
    except InputError:
        return ""
