"""What a run changes on the text generation tab: each state of it as updates of the components."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import gradio as gr

from backend.generation.request import LONGEST
from backend.generation.results import Fanned, Generated, Read, Versus
from backend.messages import Message
from backend.run import Progress, RunCard
from demos.generation import branches, compare, transcript
from demos.generation.branches import Tried, grown
from demos.generation.draws_payload import sent as tree_sent
from demos.generation.tokens_payload import sent
from demos.generation.transcript import Turn
from demos.shared import run_card, states
from demos.shared.strings import in_html, say

if TYPE_CHECKING:
    from backend.generation.answer import Written

HEADLINE = ("tokens_per_second", "first_token_seconds", "prompt_tokens", "answer_tokens")
STREAMED = 250  # tokens that are coloured while they come; of a longer answer the rest at its end
READ_HEADLINE = ("perplexity", "prompt_tokens")
CAN_GO_ON = ("length", "stopped", "deadline")  # ways to finish after which there is more to say
TOO_LONG = ("prompt_too_long", "conversation_too_long")
DRAWS_HEADLINE = ("tokens_per_second", "prompt_tokens", "answer_tokens")
Updates = dict[Any, Any]  # component -> its new value


def _can_go_on(finished: str | None, tokens: int) -> bool:
    return finished in CAN_GO_ON and tokens < LONGEST


def nothing_yet() -> str:
    """The invitation before the first run."""
    return states.empty(in_html("generation.empty"))


@dataclass(frozen=True)
class View:
    """The components that a run changes."""

    prompt: gr.Textbox
    answer: gr.HTML
    card: gr.HTML
    notice: gr.HTML
    history: gr.State  # list[Turn]: the chat so far
    last_run: gr.State  # {"prompt", "mode", "seed", "key"} of the run on screen, or nothing
    run: gr.Button
    stop: gr.Button
    again: gr.Button
    keep_end: gr.Button
    new_chat: gr.Button
    go_on: gr.Button
    glass: gr.HTML
    tree: gr.HTML
    tried: gr.State  # list[Tried]: the answer on screen, and those that it branches off
    branches: gr.Radio
    compared: gr.HTML
    compare: gr.Accordion
    export: gr.DownloadButton
    examples: tuple[gr.Button, ...] = ()

    @property
    def components(self) -> list[Any]:
        *single, examples = vars(self).values()
        return [*single, *examples]

    def busy(self) -> Updates:
        """A run has begun: nothing else may start or clear one until it is over."""
        return {
            **self._startable(False),
            self.stop: gr.Button(interactive=True),
            **self._after(),
            self.card: "",
            self.glass: None,
            self.tree: None,
        }

    def _after(self) -> Updates:
        """What can be done with a result is not there without one."""
        buttons = (self.again, self.keep_end, self.go_on)
        return {button: gr.Button(visible=False) for button in buttons}

    def idle(self) -> Updates:
        """A run is over."""
        return {**self._startable(True), self.stop: gr.Button(interactive=False)}

    def _startable(self, on: bool) -> Updates:
        starters = (self.run, self.new_chat, *self.examples)
        buttons = {button: gr.Button(interactive=on) for button in starters}
        return {**buttons, self.branches: gr.Radio(interactive=on)}

    def untried(self) -> Updates:
        """No answer that could be branched off."""
        return {
            self.tried: [],
            self.branches: gr.Radio(choices=[], value=None, visible=False),
            self.compare: gr.Accordion(visible=False),
            self.compared: "",
            self.export: gr.DownloadButton(visible=False),
        }

    def branched(self, language: str, tried: list[Tried], file: str | None) -> Updates:
        """The answers that were tried, once there are two, and the file of all."""
        is_shown = len(tried) > 1
        return {
            self.tried: tried,
            self.branches: branches.menu(language, tried),
            self.compare: gr.Accordion(visible=is_shown),
            self.compared: branches.compared(language, tried),
            self.export: gr.DownloadButton(value=file, visible=is_shown),
        }

    def cleared(self) -> Updates:
        """A new chat."""
        return {
            self.history: [],
            self.last_run: {},
            self.answer: nothing_yet(),
            self.card: "",
            self.notice: "",
            self.glass: None,
            self.tree: None,
            **self._after(),
            **self.untried(),
        }


@dataclass(frozen=True)
class Scene:
    """One run as the view shows it: the turns it builds on, the new text, the chat it stands in."""

    view: View
    language: str
    mode: str
    earlier: list[Turn]
    prompt: str
    on_screen: list[Turn]  # comes back if the run fails; for "Try again", one turn more
    tried: list[Tried] = field(default_factory=list)
    branch: tuple[str, str] | None = None  # the answer that it goes on from, and where
    save: Callable[[Sequence[Tried]], str | None] = lambda tried: None  # into a file

    def begun(self) -> Updates:
        """A chat's field is emptied at once, so that the next question can be typed meanwhile."""
        emptied = {self.view.prompt: ""} if self.mode == "chat" and not self.branch else {}
        list_of_old = {} if self.branch else self.view.untried()
        return {**self.view.busy(), **list_of_old, **emptied}

    def show(self, update: Progress | Generated) -> Updates:
        """One update of the backend."""
        if isinstance(update, Progress):
            return self._waiting(update)
        if update.card is None:
            return {
                self.view.answer: self._answer(update.text, growing=True),
                **self._under_glass(update),
            }
        return self._finished(update)

    def show_read(self, update: Progress | Read) -> Updates:
        """One update of a text being read."""
        if isinstance(update, Progress):
            return self._waiting(update)
        glass = sent(self.language, "read", update.written, update.key, update.first)
        if update.card is None:
            return {self.view.answer: "", self.view.glass: glass}
        ending = say(self.language, "generation.finished.read")
        return {
            **self.view.idle(),
            self.view.answer: "",
            self.view.glass: glass,
            self.view.card: run_card.render(self.language, update.card, READ_HEADLINE, ending),
            self.view.last_run: {"prompt": self.prompt, "mode": "read", "seed": ""},
        }

    def show_draws(self, update: Progress | Fanned) -> Updates:
        """One update of many draws."""
        if isinstance(update, Progress):
            return self._waiting(update)
        tree = tree_sent(self.language, self.prompt, update)
        if update.card is None:
            return {self.view.answer: "", self.view.tree: tree}
        ending = say(self.language, f"generation.finished.{update.finished}")
        return {
            **self.view.idle(),
            self.view.answer: "",
            self.view.tree: tree,
            self.view.card: run_card.render(self.language, update.card, DRAWS_HEADLINE, ending),
            self.view.last_run: {
                "prompt": self.prompt,
                "mode": "draws",
                "seed": update.card.figures["seed"],
            },
            self.view.again: gr.Button(visible=True),
        }

    def show_versus(self, update: Progress | Versus) -> Updates:
        """One update of two models' answers."""
        if isinstance(update, Progress):
            return self._waiting(update)
        shown = {self.view.answer: compare.columns(self.language, update)}
        if not update.over:
            return shown
        seed = next(side.card.figures["seed"] for side in update.sides if side.card)
        return {
            **self.view.idle(),
            **shown,
            self.view.last_run: {"prompt": self.prompt, "mode": "versus", "seed": seed},
            self.view.again: gr.Button(visible=True),
        }

    def _waiting(self, update: Progress) -> Updates:
        """Stop again with each: the browser may drop an update that the next one overtakes."""
        return {
            self.view.answer: self._so_far() + states.loading(self.language, update),
            self.view.stop: gr.Button(interactive=True),
        }

    def _under_glass(self, update: Generated) -> Updates:
        if update.card is None and len(update.written) > STREAMED:
            return {}
        ended = update.finished == "end"
        glass = sent(self.language, "answer", update.written, update.key, ended=ended)
        return {self.view.glass: glass}

    def failed(self, reason: Message) -> Updates:
        """The run ended with an error."""
        too_long = not self.branch and reason.code in TOO_LONG
        button = {self.view.keep_end: gr.Button(visible=too_long)}
        return {**self._as_before(states.error(self.language, reason)), **button}

    def stopped(self) -> Updates:
        """Stopped before the first token."""
        return self._as_before(states.notice_of(self.language, "stopped_early"))

    def _as_before(self, panel: str) -> Updates:
        """The chat and the prompt as they were, and a panel that says why."""
        is_chat = self.mode == "chat" and self.on_screen
        chat = transcript.chat(self.language, self.on_screen, editable=True) if is_chat else ""
        return {
            **self.view.idle(),
            self.view.glass: None,
            self.view.tree: None,
            self.view.answer: chat + panel,
            **({} if self.branch else {self.view.prompt: self.prompt}),
            self.view.again: gr.Button(visible=bool(is_chat)),
        }

    def _finished(self, update: Generated) -> Updates:
        view, card = self.view, update.card
        assert card is not None
        ending = say(self.language, f"generation.finished.{update.finished}")
        drawn_card = run_card.render(self.language, card, HEADLINE, ending)
        tried = grown(self.tried, update, drawn_card, self.branch)
        updates = {
            **view.idle(),
            view.answer: self._answer(update.text, growing=False),
            **self._under_glass(update),
            view.card: drawn_card,
            **view.branched(self.language, tried, self.save(tried)),
            view.last_run: self._as_last_run(card, update.key),
            view.again: gr.Button(visible=True),
            view.go_on: gr.Button(visible=_can_go_on(update.finished, len(update.written))),
        }
        if self.mode == "chat":
            updates[view.history] = self._turns(update.text)
        return updates

    def _as_last_run(self, card: RunCard, key: str) -> dict[str, Any]:
        seed = card.figures["seed"]
        return {"prompt": self.prompt, "mode": self.mode, "seed": seed, "key": key}

    def reopened(self, one: Tried, written: Sequence[Written]) -> Updates:
        """An answer of before, on screen again."""
        ended = one.finished == "end"
        last = {"prompt": self.prompt, "mode": self.mode, "seed": one.seed, "key": one.key}
        updates = {
            self.view.answer: self._answer(one.text, growing=False),
            self.view.glass: sent(self.language, "answer", written, one.key, ended=ended),
            self.view.card: one.card,
            self.view.last_run: last,
            self.view.go_on: gr.Button(visible=_can_go_on(one.finished, one.tokens)),
        }
        if self.mode == "chat":
            updates[self.view.history] = self._turns(one.text)
        return updates

    def _answer(self, text: str, growing: bool) -> str:
        if self.mode == "completion":
            return transcript.completion(self.language, self.prompt, text, growing)
        return transcript.chat(self.language, self._turns(text), growing, editable=not growing)

    def _turns(self, text: str) -> list[Turn]:
        question = {"role": "user", "content": self.prompt}
        return [*self.earlier, question, {"role": "assistant", "content": text}]

    def _so_far(self) -> str:
        """What stands above the loading panel."""
        if self.mode != "chat":
            return ""
        question = {"role": "user", "content": self.prompt}
        return transcript.chat(self.language, [*self.earlier, question])
