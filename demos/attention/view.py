"""A run as updates of the tab's components, and the answers to what the stage asks of a model."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import gradio as gr

from backend.attention.request import LOOK, check_look, check_request
from backend.attention.results import Ablation, Attended, Lens
from backend.attention.service import Attention
from backend.messages import Message
from backend.run import Progress
from demos.attention import payload
from demos.attention.server_functions import as_dict, open_recording
from demos.shared import run_card, states
from demos.shared.endpoints import Json
from demos.shared.first_line import always, with_first_line
from demos.shared.handlers import visitor_of, with_visible_errors
from demos.shared.section import Updates
from demos.shared.strings import language_of, say, say_message

HEADLINE = ("tokens", "layers", "heads", "forward_seconds")


@dataclass(frozen=True)
class Outputs:
    """The components that a run changes."""

    status: gr.HTML  # nothing yet, working, an error
    stage: gr.HTML
    answer: gr.HTML  # unseen: brings the stage what it asked of the model
    card: gr.HTML
    notice: gr.HTML
    run: gr.Button
    stop: gr.Button

    @property
    def components(self) -> list[gr.components.Component]:
        """All but the stage's answer, which has a run of its own."""
        return [c for c in vars(self).values() if c is not self.answer]

    def busy(self) -> Updates:
        return {self.run: gr.Button(interactive=False), self.stop: gr.Button(interactive=True)}

    def idle(self) -> Updates:
        return {self.run: gr.Button(interactive=True), self.stop: gr.Button(interactive=False)}

    def showing(self, language: str, data: Json, made: Attended) -> Updates:
        """A result."""
        card = run_card.render(language, made.card, HEADLINE, task="attention")
        return {**self.idle(), self.status: "", self.stage: json.dumps(data), self.card: card}

    def failed(self, panel: str) -> Updates:
        """No result: a panel that says why in place of the last one."""
        return {**self.idle(), self.status: panel, self.stage: None, self.card: ""}


def attend(
    service: Attention, outputs: Outputs, request: gr.Request, values: dict[str, Any]
) -> Iterator[Updates]:
    """One run as updates: waiting, then the stage, stopped or failed."""
    language, visitor = language_of(request), visitor_of(request)

    def shown(made: Attended) -> Updates:
        key = service.keep(visitor, made.recording)
        data = payload.first_view(language, key, made.recording, made.look)
        return outputs.showing(language, {**data, "panel": values["view"]}, made)

    def steps() -> Iterator[Updates]:
        wanted = check_request(values["text"], values["second"], values["kind"], values["model"])
        look = check_look(**{name: values[name] or row.default for name, row in LOOK.items()})
        # A layer or head that this model does not have gives way to one that it has.
        run = partial(service.attend, wanted, look, visitor, nearest=True)
        for update in with_first_line(run, always):
            if isinstance(update, Progress):
                yield {outputs.status: states.loading(language, update)}
            else:
                yield shown(update)

    def failed(reason: Message) -> Updates:
        return outputs.failed(states.error(language, reason))

    def stopped() -> Updates:
        return outputs.failed(states.notice_of(language, "stopped_early"))

    yield outputs.busy()
    yield from with_visible_errors(steps(), failed, stopped)


def answer_stage(service: Attention, request: gr.Request, question: object) -> Iterator[Json]:
    """The logit lens or the ablation, as the stage asked for it: progress, then the answer."""
    language, visitor = language_of(request), visitor_of(request)
    asked = as_dict(question)
    # The number tells the stage which of its questions is answered: it may have asked another.
    labels = {name: asked.get(name) for name in ("key", "what", "number")}

    def updates() -> Iterator[Progress | Lens | Ablation]:
        recording, look = open_recording(service, asked)
        run: Callable[..., Iterator[Progress | Lens | Ablation]]
        run = service.read_lens if labels["what"] == "lens" else service.ablate
        return run(recording, look, visitor)

    def steps() -> Iterator[Json]:
        for update in updates():
            yield {**labels, **_stage_update(language, update)}

    def failed(reason: Message) -> Json:
        return {**labels, "error": say_message(language, reason)}

    def stopped() -> Json:
        return {**labels, "error": say(language, "message.stopped_early")}

    yield from with_visible_errors(steps(), failed, stopped)


def _stage_update(language: str, update: Progress | Lens | Ablation) -> Json:
    if isinstance(update, Progress):
        return {"busy": say_message(language, update.message)}
    if isinstance(update, Lens):
        return payload.predictions(update)
    return payload.effects(update)
