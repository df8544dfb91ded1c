"""A run on the page: each of its updates as updates of the components."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import gradio as gr

from backend.generation.request import MAX_TOKENS
from backend.generation.results import Comparison, Generated, Samples, TextScores
from backend.messages import Message
from backend.run import Progress, RunCard
from demos.generation import compare, samples_payload, token_inspector_payload, transcript
from demos.generation.attempts import Attempt, Origin, with_answer
from demos.generation.components import Components
from demos.generation.transcript import Turn
from demos.shared import run_card, states
from demos.shared.section import Updates
from demos.shared.strings import say

if TYPE_CHECKING:
    from backend.generation.results import GeneratedToken

# Figures of the run card, by the keys of their labels.
SPEED, FIRST_TOKEN = "generation.tokens_per_second", "generation.first_token_seconds"
PROMPT_TOKENS, ANSWER_TOKENS = "generation.prompt_tokens", "generation.answer_tokens"
HEADLINE = (SPEED, FIRST_TOKEN, PROMPT_TOKENS, ANSWER_TOKENS)
SCORES_HEADLINE = ("generation.perplexity", PROMPT_TOKENS)
SAMPLES_HEADLINE = (SPEED, PROMPT_TOKENS, ANSWER_TOKENS)
MAX_STREAMED_TOKENS = 250  # sent to the inspector while they come; the rest when all are there
CONTINUABLE = ("length", "stopped", "deadline")  # endings after which there is more to say
TOO_LONG = ("prompt_too_long", "conversation_too_long")


def _can_continue(finished: str | None, tokens: int) -> bool:
    return finished in CONTINUABLE and tokens < MAX_TOKENS


@dataclass(frozen=True)
class RunView:
    """One run as the page shows it: the turns it builds on, its prompt, the chat around it."""

    page: Components
    language: str
    mode: str
    earlier: list[Turn]
    prompt: str
    on_screen: list[Turn]  # restored if the run fails; for "Try again", one exchange more
    attempts: list[Attempt] = field(default_factory=list)
    origin: Origin | None = None  # the answer that it continues, and where
    save: Callable[[Sequence[Attempt]], str | None] = lambda attempts: None  # into a file

    def begun(self) -> Updates:
        """A chat's field is emptied at once, so that the next question can be typed meanwhile."""
        emptied = {self.page.prompt: ""} if self.mode == "chat" and not self.origin else {}
        new_list = {} if self.origin else self.page.without_attempts()
        return {**self.page.busy(), **new_list, **emptied}

    def show_answer(self, update: Progress | Generated) -> Updates:
        """One update of an answer."""
        if isinstance(update, Progress):
            return self._waiting(update)
        if update.card is None:
            growing = self._answer(update.text, growing=True)
            return {self.page.answer: growing, **self._inspected(update)}
        return self._finished(update, update.card)

    def show_scores(self, update: Progress | TextScores) -> Updates:
        """One update of a text being scored."""
        if isinstance(update, Progress):
            return self._waiting(update)
        tokens = token_inspector_payload.sent(
            self.language, "score", update.tokens, update.key, update.first
        )
        shown = {self.page.answer: "", self.page.inspector: tokens}
        if update.card is None:
            return shown
        return {
            **self.page.idle(),
            **shown,
            self.page.card: self._card(update.card, SCORES_HEADLINE, "read"),
            self.page.last_run: self._last_run(""),
            **self._offered(update.card),
        }

    def show_samples(self, update: Progress | Samples) -> Updates:
        """One update of many samples."""
        if isinstance(update, Progress):
            return self._waiting(update)
        tree = samples_payload.sent(self.language, self.prompt, update)
        shown = {self.page.answer: "", self.page.tree: tree}
        if update.card is None:
            return shown
        return {
            **self.page.idle(),
            **shown,
            self.page.card: self._card(update.card, SAMPLES_HEADLINE, update.finished),
            self.page.last_run: self._last_run(update.card.figures["seed"]),
            self.page.again: gr.Button(visible=True),
            **self._offered(update.card),
        }

    def show_comparison(self, update: Progress | Comparison) -> Updates:
        """One update of two models' answers."""
        if isinstance(update, Progress):
            return self._waiting(update)
        shown = {self.page.answer: compare.columns(self.language, update)}
        if not update.over:
            return shown
        seed = next(answer.card.figures["seed"] for answer in update.answers if answer.card)
        return {
            **self.page.idle(),
            **shown,
            self.page.last_run: self._last_run(seed),
            self.page.again: gr.Button(visible=True),
        }

    def failed(self, reason: Message) -> Updates:
        """The run ended with an error."""
        too_long = not self.origin and reason.code in TOO_LONG
        button = {self.page.keep_end: gr.Button(visible=too_long)}
        return {**self._as_before(states.error(self.language, reason)), **button}

    def stopped(self) -> Updates:
        """Stopped before the first token."""
        return self._as_before(states.notice_of(self.language, "stopped_early"))

    def reopened(self, attempt: Attempt, tokens: Sequence[GeneratedToken]) -> Updates:
        """An earlier answer, on screen again."""
        updates = {
            self.page.answer: self._answer(attempt.text, growing=False),
            self.page.inspector: self._tokens(tokens, attempt.key, attempt.finished),
            self.page.card: attempt.card,
            self.page.last_run: self._last_run(attempt.seed, attempt.key),
            self.page.go_on: gr.Button(visible=_can_continue(attempt.finished, attempt.tokens)),
        }
        if self.mode == "chat":
            updates[self.page.history] = self._turns(attempt.text)
        return updates

    def _waiting(self, update: Progress) -> Updates:
        """Stop is enabled with each: the browser may drop an update that the next one overtakes."""
        return {
            self.page.answer: self._so_far() + states.loading(self.language, update),
            self.page.stop: gr.Button(interactive=True),
        }

    def _finished(self, update: Generated, card: RunCard) -> Updates:
        page, drawn_card = self.page, self._card(card, HEADLINE, update.finished)
        attempts = with_answer(self.attempts, update, drawn_card, self.origin)
        can_continue = _can_continue(update.finished, len(update.tokens))
        updates = {
            **page.idle(),
            page.answer: self._answer(update.text, growing=False),
            **self._inspected(update),
            page.card: drawn_card,
            **page.with_attempts(self.language, attempts, self.save(attempts)),
            page.last_run: self._last_run(card.figures["seed"], update.key),
            page.again: gr.Button(visible=True),
            page.go_on: gr.Button(visible=can_continue),
            **self._offered(card),
        }
        if self.mode == "chat":
            updates[self.page.history] = self._turns(update.text)
        return updates

    def _offered(self, card: RunCard) -> Updates:
        """A model that knows Chinese, where the text is Chinese and the one that ran does not."""
        unread = any(note.code == "no_chinese" for note in card.notes)
        return {self.page.to_verse: gr.Button(visible=unread)}

    def _as_before(self, panel: str) -> Updates:
        """The chat and the prompt as they were, and a panel that says why."""
        is_chat = self.mode == "chat" and self.on_screen
        chat = transcript.chat(self.language, self.on_screen, editable=True) if is_chat else ""
        return {
            **self.page.idle(),
            self.page.inspector: None,
            self.page.tree: None,
            self.page.answer: chat + panel,
            **({} if self.origin else {self.page.prompt: self.prompt}),
            self.page.again: gr.Button(visible=bool(is_chat)),
        }

    def _inspected(self, update: Generated) -> Updates:
        if update.card is None and len(update.tokens) > MAX_STREAMED_TOKENS:
            return {}
        return {self.page.inspector: self._tokens(update.tokens, update.key, update.finished)}

    def _tokens(self, tokens: Sequence[GeneratedToken], key: str, finished: str | None) -> str:
        ended = finished == "end"
        return token_inspector_payload.sent(self.language, "answer", tokens, key, ended=ended)

    def _card(self, card: RunCard, headline: tuple[str, ...], finished: str | None) -> str:
        ending = say(self.language, f"generation.finished.{finished}")
        return run_card.render(self.language, card, headline, ending)

    def _last_run(self, seed: float | str, key: str = "") -> dict[str, Any]:
        return {"prompt": self.prompt, "mode": self.mode, "seed": seed, "key": key}

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
