"""What a run changes on the attention tab, and the answers to what the stage asks of the model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from backend.attention.request import Look
from backend.attention.service import Attention
from backend.errors import InputError
from backend.messages import Message
from backend.run import Progress
from demos.attention.stage import as_dict, asked
from demos.shared import run_card, states
from demos.shared.handlers import visitor_of, with_visible_errors
from demos.shared.strings import in_html, language_of, say, say_message

if TYPE_CHECKING:
    from backend.attention.task import Attended

HEADLINE = ("tokens", "layers", "heads", "forward_seconds")
Updates = dict[Any, Any]  # component -> its new value


@dataclass(frozen=True)
class View:
    """The components that a run changes."""

    status: gr.HTML  # nothing yet, working, an error
    stage: gr.HTML
    answer: gr.HTML  # unseen: brings the stage what it asked of the model
    card: gr.HTML
    notice: gr.HTML
    run: gr.Button
    stop: gr.Button

    @property
    def components(self) -> list[Any]:
        return [c for c in vars(self).values() if c is not self.answer]

    def busy(self) -> Updates:
        return {self.run: gr.Button(interactive=False), self.stop: gr.Button(interactive=True)}

    def idle(self) -> Updates:
        return {self.run: gr.Button(interactive=True), self.stop: gr.Button(interactive=False)}

    def showing(self, data: dict[str, Any], update: Attended, language: str) -> Updates:
        """A result."""
        card = run_card.render(language, update.card, HEADLINE, task="attention")
        return {**self.idle(), self.status: "", self.stage: data, self.card: card}

    def failed(self, panel: str) -> Updates:
        """No result: a panel that says why in place of the last one."""
        return {**self.idle(), self.status: panel, self.stage: {}, self.card: ""}

    def nothing_yet(self) -> Updates:
        return {self.status: states.empty(in_html("attention.empty")), self.stage: {}}


def on_screen(language: str, key: str, update: Attended, look: Look, panel: str) -> dict[str, Any]:
    """The stage's value. A layer or head that this model has not gives way to one it has."""
    from demos.attention import payload

    recording = update.recording
    for kept in (look, replace(look, token=None), replace(look, token=None, layer=None, head=None)):
        try:
            data = payload.first_view(language, key, recording, kept)
            break
        except InputError:
            continue
    else:
        data = payload.first_view(language, key, recording, Look())
    return {**data, "panel": panel}


def following(service: Attention, request: gr.Request, ask: Any) -> Iterator[dict[str, Any]]:
    """The logit lens or the effect, as the stage asked for it: progress, then the answer."""
    language, visitor = language_of(request), visitor_of(request)
    # The number tells the stage which of its questions is answered: it may have asked another.
    labels = {name: as_dict(ask).get(name) for name in ("key", "what", "number")}
    what = labels["what"]

    def steps() -> Iterator[dict[str, Any]]:
        from backend.attention.view import settled
        from demos.attention import payload

        recording, look = asked(service, ask)
        _, look = settled(recording, look)
        if what == "lens":
            updates: Any = service.read_lens(recording, look.token or 1, visitor)
        else:
            updates = service.measure(recording, look, visitor)
        for update in updates:
            if isinstance(update, Progress):
                yield {**labels, "busy": say_message(language, update.message)}
            elif what == "lens":
                yield {**labels, **payload.guesses(update)}
            else:
                yield {**labels, **payload.effects(update)}

    def failed(reason: Message) -> dict[str, Any]:
        return {**labels, "error": say_message(language, reason)}

    def stopped() -> dict[str, Any]:
        return {**labels, "error": say(language, "message.stopped_early")}

    yield from with_visible_errors(steps(), failed, stopped)
