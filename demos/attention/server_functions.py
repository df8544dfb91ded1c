"""What the stage asks without a model: answered at once, past the queue, from a kept recording."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import gradio as gr

from backend.attention.request import ResolvedLook, check_look
from backend.attention.service import Attention
from backend.errors import ShowTellError
from backend.messages import message
from demos.attention import export, payload
from demos.shared.endpoints import Json
from demos.shared.strings import language_of, say_message

if TYPE_CHECKING:
    from backend.attention.results import Recording

log = logging.getLogger(__name__)
ServerFunction = Callable[[Any, gr.Request], Json]


def server_functions(service: Attention) -> list[ServerFunction]:
    """The functions by which the page knows them. Each takes one object and answers with one;
    {"error": sentence} where it cannot. `whole` is what a saved view of the stage brings along.
    """

    def file(question: Json, language: str) -> Json:
        opened = open_recording(service, question)
        kind, panel, every = (question.get(name) for name in ("format", "panel", "every"))
        return export.export(language, *opened, kind, panel, bool(every))

    def whole(question: Json, language: str) -> Json:
        data = export.file_data(language, *open_recording(service, question))
        return {"script": export.SCRIPT, "value": {**data, "panel": question.get("panel")}}

    return [
        _of_recording(service, "look", payload.matrix),
        _of_recording(service, "row", payload.exact_row),
        _of_recording(service, "steps", payload.step_by_step),
        _of_recording(service, "rollout", payload.rollout),
        answering("export", file),
        answering("whole", whole),
    ]


def open_recording(service: Attention, question: Json) -> tuple[Recording, ResolvedLook]:
    """The recording that the page has the key of, and how it wants to look at it."""
    return service.open(question.get("key"), check_look(**as_dict(question.get("look"))))


def as_dict(value: Any) -> Json:
    """A value from outside, if it is a dictionary; else an empty one."""
    return value if isinstance(value, dict) else {}


def _of_recording(
    service: Attention, name: str, work: Callable[[Recording, ResolvedLook], Json]
) -> ServerFunction:
    """A function of a kept recording and a look."""
    return answering(name, lambda question, _: work(*open_recording(service, question)))


def answering(name: str, work: Callable[[Json, str], Json]) -> ServerFunction:
    """The server function that the page calls by this name: `work` of (question, language)."""

    def answer(question: Any, request: gr.Request) -> Json:
        language = language_of(request)
        try:
            return work(as_dict(question), language)
        except ShowTellError as error:
            return {"error": say_message(language, error.message)}
        except Exception:  # a bug of ours: the visitor gets a sentence, the log the trace
            log.exception("the stage's question could not be answered")
            return {"error": say_message(language, message("internal"))}

    answer.__name__ = name
    return answer
