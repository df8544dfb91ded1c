"""The token inspector: one gr.HTML that draws itself from what it is sent
(assets/web/generation/token_inspector.js), and asks for one token's choice at a time. That needs no
model: it is answered past the queue."""

from __future__ import annotations

import logging
import uuid
from typing import Any

import gradio as gr

from backend.errors import ShowTellError
from backend.generation.service import Generation
from backend.messages import message
from demos.generation import tokens_payload
from demos.shared.handlers import LOOKS
from demos.shared.stage import stage
from demos.shared.strings import language_of, say_message

log = logging.getLogger(__name__)


def build_stage(service: Generation, branch: gr.Textbox | None = None) -> gr.HTML:
    """The stage. An alternative that is chosen on it is reported as 'branched': {key, place, id};
    it goes into `branch`, if that is given, as "key,place,id"."""

    def choice(ask: Any, request: gr.Request) -> dict[str, Any]:
        """One token's choice: {"key", "place"} -> alternatives and steps, or {"error"}."""
        given = ask if isinstance(ask, dict) else {}
        try:
            return tokens_payload.choice_of(
                service.answers.get(given.get("key")), given.get("place")
            )
        except ShowTellError as error:
            return {"error": say_message(language_of(request), error.message)}
        except Exception:  # a bug of ours: the visitor gets a sentence, the log the trace
            log.exception("a choice could not be opened")
            return {"error": say_message(language_of(request), message("internal"))}

    inspector = stage(
        "generation-glass",
        "generation/token_inspector.js",
        styles=["generation/token_inspector.css"],
        events=["branched"],
        server=[choice],
    )
    if branch:
        inspector.branched(chosen, None, branch, queue=False, **LOOKS)
    return inspector


def chosen(event: gr.EventData) -> str:
    """ "key,place,id", new each time."""
    given = event._data or {}
    return ",".join(str(given.get(name)) for name in ("key", "place", "id")) + f",{uuid.uuid4()}"
