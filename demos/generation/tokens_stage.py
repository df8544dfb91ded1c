"""The stage of tokens: one gr.HTML that draws
itself (assets/web/generation/tokens.js) from what it is sent,
and asks for one choice at a time. That needs no model: it is answered past the queue."""

from __future__ import annotations

import logging
from typing import Any

import gradio as gr

from backend.errors import ShowTellError
from backend.generation.service import Generation
from backend.messages import message
from demos.generation import tokens_payload
from demos.shared import theme
from demos.shared.strings import language_of, say_message

log = logging.getLogger(__name__)
STYLE = f'<link rel="stylesheet" href="{theme.MOUNT}/generation/tokens.css">'

# 'branched' is an event: gradio finds its name in this text.
JS = """
window.showTell.glass.mount(element, props, server, trigger, watch);
// trigger("branched")
"""


def build_stage(service: Generation, branch: gr.Textbox) -> gr.HTML:
    """The stage; the alternative that is chosen on it goes into `branch`, as "key,place,id"."""

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

    stage = gr.HTML(
        None,
        html_template="<div></div>",
        head=STYLE + theme.scripts("generation/tokens.js"),
        js_on_load=JS,
        elem_id="generation-glass",
        apply_default_css=False,
        server_functions=[choice],
    )
    stage.branched(fn=None, outputs=branch, js="() => window.showTell.glass.branch()")
    return stage
