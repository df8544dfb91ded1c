"""The token inspector: one gr.HTML that draws itself from what it is sent
(assets/web/generation/token_inspector.js), and asks for one token's choice at a time. That is
answered past the queue: it needs no model, unless the answer was written on another machine."""

from __future__ import annotations

import logging
from typing import Any

import gradio as gr

from backend.errors import ShowTellError
from backend.generation.service import Generation
from backend.messages import message
from demos.generation import token_inspector_payload
from demos.shared.handlers import visitor_of
from demos.shared.stage import stage
from demos.shared.strings import language_of, say_message

log = logging.getLogger(__name__)


def build_stage(service: Generation) -> gr.HTML:
    """The stage. A choice of an alternative is reported as 'branched': {key, place, id}."""

    def choice(ask: Any, request: gr.Request) -> dict[str, Any]:
        """One token's choice: {"key", "place"} -> alternatives and steps, or {"error"}."""
        given = ask if isinstance(ask, dict) else {}
        try:
            place = given.get("place")
            answer = service.inspected(given.get("key"), place, visitor_of(request))
            return token_inspector_payload.choice_of(answer, place)
        except ShowTellError as error:
            return {"error": say_message(language_of(request), error.message)}
        except Exception:  # a bug of ours: the visitor gets a sentence, the log the trace
            log.exception("a choice could not be opened")
            return {"error": say_message(language_of(request), message("internal"))}

    return stage(
        "generation-token-inspector",
        "generation/token_inspector.js",
        styles=["generation/token_inspector.css"],
        events=["branched"],
        server=[choice],
    )
