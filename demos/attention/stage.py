"""The attention tab's stage: one gr.HTML that draws itself (assets/web/attention/) and asks for
what it shows. What needs no model is answered at once, past the queue; what does, is a run."""

from __future__ import annotations

import logging
from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING, Any

import gradio as gr

from backend.attention.request import Look, check_look
from backend.attention.service import Attention
from backend.errors import ShowTellError
from backend.messages import message
from demos.shared.stage import stage
from demos.shared.strings import language_of, say_message

if TYPE_CHECKING:
    from backend.attention.recording import Recording

log = logging.getLogger(__name__)


def build_stage(service: Attention) -> tuple[gr.HTML, gr.HTML]:
    """The stage, and the unseen component that brings it the answers of runs."""
    made = stage(
        "attention-stage",
        "attention/stage.js",
        events=["moved", "measure"],
        server=server_functions(service),
    )
    return made, stage("attention-answer", "attention/answer.js")


def server_functions(service: Attention) -> list[Callable[..., Any]]:
    """What the stage can ask without a model. Each takes one object and answers with one;
    {"error": sentence} where it cannot."""

    def look(ask: Any, request: gr.Request) -> dict[str, Any]:
        """One head's matrix."""
        return answered(request, lambda say: say.looked(*asked(service, ask)))

    def row(ask: Any, request: gr.Request) -> dict[str, Any]:
        """One token's weights, exactly."""
        return answered(request, lambda say: say.exact_row(*asked(service, ask)))

    def steps(ask: Any, request: gr.Request) -> dict[str, Any]:
        """One token's attention, step by step."""
        return answered(request, lambda say: say.step_by_step(*asked(service, ask)))

    def rollout(ask: Any, request: gr.Request) -> dict[str, Any]:
        """One token's rollout after each layer."""
        return answered(request, lambda say: say.rolled(*asked(service, ask)))

    def hand(ask: Any, request: gr.Request) -> dict[str, Any]:
        """The steps on the visitor's own numbers."""
        q, k, v, causal = (as_dict(ask).get(name) for name in ("q", "k", "v", "causal"))
        return answered(request, lambda say: say.worked_by_hand(q, k, v, bool(causal)))

    def export(ask: Any, request: gr.Request) -> dict[str, Any]:
        """A view as the text of a file."""
        from demos.attention import export

        kind, panel, every = (as_dict(ask).get(name) for name in ("format", "panel", "every"))
        return answered(
            request,
            lambda _: export.export(
                language_of(request), *asked(service, ask), kind, panel, bool(every)
            ),
        )

    return [look, row, steps, rollout, hand, export]


def asked(service: Attention, ask: Any) -> tuple[Recording, Look]:
    """The recording that the page has the key of, and how it wants to look at it."""
    look = as_dict(as_dict(ask).get("look"))
    return service.recordings.get(as_dict(ask).get("key")), check_look(**look)


def answered(request: gr.Request, work: Callable[[ModuleType], dict[str, Any]]) -> dict[str, Any]:
    """What `work` makes of demos.attention.payload, which is imported when it is first needed."""
    try:
        from demos.attention import payload

        return work(payload)
    except ShowTellError as error:
        return {"error": say_message(language_of(request), error.message)}
    except Exception:  # a bug of ours: the visitor gets a sentence, the log the trace
        log.exception("the stage's question could not be answered")
        return {"error": say_message(language_of(request), message("internal"))}


def as_dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
