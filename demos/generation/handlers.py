"""What the buttons of the text generation tab do: runs, and steps back to earlier answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import gradio as gr

from backend.errors import InputError, ShowTellError
from backend.generation.results import Generated
from backend.generation.service import Generation
from backend.run import Progress
from backend.text import clean_text
from demos.generation import attempts, transcript
from demos.generation.attempts import Attempt, Origin
from demos.generation.components import Components, nothing_yet
from demos.generation.modes import MODE, MODES, Values
from demos.generation.transcript import Turn
from demos.generation.view import RunView
from demos.shared import states
from demos.shared.files import file_of
from demos.shared.first_line import always, with_first_line
from demos.shared.handlers import visitor_of, with_visible_errors
from demos.shared.pace import paced
from demos.shared.permalinks import Form
from demos.shared.section import Updates
from demos.shared.strings import language_of, say_message

LastRun = dict[str, Any]  # see Components.last_run


@dataclass(frozen=True)
class Handlers:
    """The handlers of one page. Those that run a model take `inputs` after their own."""

    service: Generation
    form: Form
    page: Components

    @property
    def inputs(self) -> list[Any]:
        return [self.page.history, self.page.last_run, *self.form.components]

    def run(
        self, request: gr.Request, history: list[Turn], last: LastRun, *values: Any
    ) -> Iterator[Updates]:
        """The form, in the chat so far."""
        yield {self.page.notice: ""}
        yield from self._run(request, self._named(values), history, history)

    def run_new_chat(
        self, request: gr.Request, history: list[Turn], last: LastRun, *values: Any
    ) -> Iterator[Updates]:
        """The form in a new chat: from a link or an example."""
        yield from self._run(request, self._named(values), [], [])

    def run_keeping_end(
        self, request: gr.Request, history: list[Turn], last: LastRun, *values: Any
    ) -> Iterator[Updates]:
        """The form, with what is too long cut at its beginning."""
        changed = {**self._named(values), "overflow": "keep_end"}
        yield from self._run(request, changed, history, history)

    def run_again(
        self, request: gr.Request, history: list[Turn], last: LastRun, *values: Any
    ) -> Iterator[Updates]:
        """The run on screen with a new seed; in a chat, the new answer replaces the last one."""
        yield from self._repeat(request, history, {**last, "seed": ""} if last else {}, values)

    def run_same(
        self, request: gr.Request, history: list[Turn], last: LastRun, *values: Any
    ) -> Iterator[Updates]:
        """The same with its own seed: a larger model has come meanwhile."""
        yield from self._repeat(request, history, last, values)

    def _repeat(
        self, request: gr.Request, history: list[Turn], last: LastRun, values: tuple[Any, ...]
    ) -> Iterator[Updates]:
        if not last:  # the page has outlived its server
            yield {self.page.again: gr.Button(visible=False)}
            return
        changed = {name: last[name] for name in ("prompt", "mode", "seed")}
        earlier = _before_last_answer(history, last)
        yield from self._run(request, {**self._named(values), **changed}, earlier, history)

    def run_verse(
        self, request: gr.Request, history: list[Turn], last: LastRun, *values: Any
    ) -> Iterator[Updates]:
        """The text on screen with the model that has learnt Chinese verse, which from now on is
        the form's. It does not chat: it continues."""
        if not last:
            yield {self.page.to_verse: gr.Button(visible=False)}
            return
        mode = "completion" if last["mode"] == "chat" else last["mode"]
        changed = {"prompt": last["prompt"], "mode": mode, "model": self.service.verse_writer}
        shown = {self.form.param(name).component: value for name, value in changed.items()}
        yield {self.page.notice: "", **shown}
        yield from self._run(request, {**self._named(values), **changed}, [], history)

    def run_branch(
        self,
        request: gr.Request,
        event: gr.EventData,
        made: list[Attempt],
        history: list[Turn],
        last: LastRun,
    ) -> Iterator[Updates]:
        """The answer on screen up to a token, and new from there. The event names the answer, the
        place and the token that stands there instead: {key, place, id}."""
        chosen = event._data if isinstance(event._data, dict) else {}
        key, place, token_id = (chosen.get(name) for name in ("key", "place", "id"))

        def branch() -> Iterator[Progress | Generated]:
            if key != last["key"]:
                raise InputError("result_gone")
            return self.service.branch(key, place, token_id, visitor_of(request))

        if last:
            origin = Origin(str(key), place if type(place) is int else None)
            view = self._view_on_screen(request, made, history, last, origin)
            yield from _follow_up(view, branch)

    def run_on(
        self, request: gr.Request, made: list[Attempt], history: list[Turn], last: LastRun
    ) -> Iterator[Updates]:
        """The answer on screen, longer."""
        if last:
            key = last.get("key", "")
            longer = partial(self.service.continue_answer, key, visitor_of(request))
            view = self._view_on_screen(request, made, history, last, Origin(key))
            yield from _follow_up(view, longer)

    def reopen(
        self,
        request: gr.Request,
        key: str,
        made: list[Attempt],
        history: list[Turn],
        last: LastRun,
    ) -> Updates:
        """One of the attempts, on screen again. Runs no model."""
        attempt = next((attempt for attempt in made if attempt.key == key), None)
        if attempt is None or not last:
            return {self.page.notice: ""}
        try:
            tokens = self.service.answer(key).tokens
        except InputError as error:
            return {self.page.notice: states.error(language_of(request), error.message)}
        view = self._view_on_screen(request, made, history, last)
        return {**view.reopened(attempt, tokens), self.page.notice: ""}

    def edit(self, request: gr.Request, event: gr.EventData, history: list[Turn]) -> Updates:
        """The chat as it was before one of its questions, which is in the field again. The event
        names it: {turn}."""
        number = transcript.question_number(event._data, history)
        if number is None:  # the page has outlived its server, or the chat has changed meanwhile
            return {self.page.notice: ""}
        earlier, question = history[:number], history[number]["content"]
        language = language_of(request)
        chat = transcript.chat(language, earlier, editable=True) if earlier else nothing_yet()
        return {
            **self.page.cleared(),
            self.page.history: earlier,
            self.page.answer: chat,
            self.page.prompt: question,
            self.form.param("mode").component: "chat",
        }

    def save(self, made: Sequence[Attempt]) -> str | None:
        """The path of a file with all attempts, once there are two."""
        if len(made) < 2:
            return None
        return file_of("branches.json", attempts.exported(self.service, made))

    def _named(self, values: Sequence[Any]) -> Values:
        names = [param.name for param in self.form.params]
        return dict(zip(names, values, strict=True))

    def _run(
        self, request: gr.Request, values: Values, earlier: list[Turn], on_screen: list[Turn]
    ) -> Iterator[Updates]:
        """A run of the form's mode: waiting, growing, then done, stopped or failed."""
        mode, prompt = values["mode"], _showable(values["prompt"])
        turns = earlier if mode == "chat" else []
        view = RunView(
            self.page, language_of(request), mode, turns, prompt, on_screen, save=self.save
        )

        def steps() -> Iterator[Updates]:
            if remark := self._remark(request, values):
                yield {self.page.notice: remark}
            chosen = MODES[MODE.check(mode)]
            yield from chosen.stream(self.service, visitor_of(request), values, view)

        yield view.begun()
        yield from with_visible_errors(steps(), view.failed, view.stopped)

    def announce(
        self, request: gr.Request, mode: str, model: str, second: str, strategy: str, heat: Any
    ) -> str:
        """What a comparison of two models would do; nothing in another mode."""
        if mode != "versus":
            return ""
        is_sampling = strategy == "sampling" and bool(heat)
        try:
            said = self.service.comparison_plan(model, second, is_sampling)
        except ShowTellError:  # the run itself will say it
            return ""
        language = language_of(request)
        return states.notice(" ".join(say_message(language, one) for one in said))

    def _remark(self, request: gr.Request, values: Values) -> str:
        """What should be known before an answer is read: that the model knows no such language."""
        try:
            found = self.service.remark(values["prompt"], values["model"])
        except ShowTellError:  # the run itself will say it
            return ""
        return states.notice(say_message(language_of(request), found)) if found else ""

    def _view_on_screen(
        self,
        request: gr.Request,
        made: list[Attempt],
        history: list[Turn],
        last: LastRun,
        origin: Origin | None = None,
    ) -> RunView:
        """The run on screen; or one that continues it from `origin`."""
        return RunView(
            self.page,
            language_of(request),
            last["mode"],
            _before_last_answer(history, last),
            last["prompt"],
            history,
            made,
            origin,
            self.save,
        )


def _follow_up(
    view: RunView, answer: Callable[[], Iterator[Progress | Generated]]
) -> Iterator[Updates]:
    """An answer that continues the one on screen, with the model and settings of that one."""

    def steps() -> Iterator[Updates]:
        yield from map(view.show_answer, paced(with_first_line(answer, always)))

    yield view.begun()
    yield from with_visible_errors(steps(), view.failed, view.stopped)


def _before_last_answer(history: list[Turn], last: LastRun) -> list[Turn]:
    """The chat before the exchange on screen."""
    return history[:-2] if last["mode"] == "chat" else []


def _showable(prompt: object) -> str:
    """The prompt as it can be shown, even if it is too long or not a text at all."""
    try:
        return clean_text(prompt)[0]
    except InputError:
        return ""
