"""Calls that gradio does not take: a full queue, a server that stops, a call that it stumbles over.

For a full queue gradio answers with status 503 and English; its page shows another English text for
that status, and for any other what the answer says. Its clients for scripts know 503 as a full
queue. What it does not expect, such as an endpoint that is not there, ends in a stack trace; what
is no JSON or has no such fields, in FastAPI's list of mistakes (422) or in one English text (400).
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.types import Message as Event

from backend.messages import Message, message
from backend.text import shown
from demos.shared.strings import language_in, say_message

log = logging.getLogger(__name__)
BAD_REQUEST, UNREADABLE, TOO_MANY, UNAVAILABLE = 400, 422, 429, 503
UNPARSED = "There was an error parsing the body"  # FastAPI's, for what is no text, or too deep
# What gradio says of the parameters in a call to call/v2/<name>.
PARAMETERS = (
    ("unknown_parameter", re.compile(r"Parameter `(.*)` is not a valid", re.DOTALL)),
    ("parameter_missing", re.compile(r"No value provided for required argument: (.*)", re.DOTALL)),
)


class RefusedCalls:
    """Middleware: such answers are sentences in the visitor's language."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            return await self._app(scope, receive, send)
        held = HeldAnswer(send)
        try:
            await self._app(scope, receive, held)
            problem = refusal(Headers(scope=scope), held)
        except Exception as error:
            if held.has_begun:
                raise
            problem = not_understood(Headers(scope=scope), error)
        await (problem(scope, receive, send) if problem else held.release())


class HeldAnswer:
    """Sends what is sent on, but keeps an answer of a status that may be a refusal."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._events: list[Event] = []
        self.has_begun, self.status = False, 0

    async def __call__(self, event: Event) -> None:
        if event["type"] == "http.response.start":
            self.status = event["status"]
        if self.status in (BAD_REQUEST, UNREADABLE, UNAVAILABLE):
            self._events.append(event)
        else:
            self.has_begun = True
            await self._send(event)

    @property
    def body(self) -> bytes:
        return b"".join(event.get("body", b"") for event in self._events)

    async def release(self) -> None:
        """Send what was kept, if anything was."""
        for event in self._events:
            await self._send(event)


def refusal(headers: Headers, held: HeldAnswer) -> JSONResponse | None:
    """Our own answer in place of the one that is held; None where that may go out."""
    if held.status == UNAVAILABLE:
        return unavailable(headers, held.body)
    cause = _cause(held.body) if held.status in (BAD_REQUEST, UNREADABLE) else ""
    return _answer(headers, message("bad_call", cause=cause), held.status) if cause else None


def _cause(body: bytes) -> str:
    """FastAPI's name for what was wrong with a body; empty if this is another answer."""
    try:
        detail: Any = json.loads(body)["detail"]
        return "JSON" if detail == UNPARSED else str(detail[0]["type"])
    except (ValueError, LookupError, TypeError):
        return ""


def unavailable(headers: Headers, body: bytes) -> JSONResponse:
    """No place in the queue. Only browsers send where a page is from ("origin")."""
    reason = message("server_stopping" if b"stopped" in body else "queue_full")
    return _answer(headers, reason, TOO_MANY if "origin" in headers else UNAVAILABLE)


def not_understood(headers: Headers, error: Exception) -> JSONResponse:
    """What gradio's own routes stumble over came in the call; the log has one line."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    log.warning(
        "a call was not understood: %s at %s:%s",
        type(error).__name__,
        where.filename.replace("\\", "/").rpartition("/")[2],
        where.lineno,
    )
    return _answer(headers, _reason(error), BAD_REQUEST)


def _reason(error: Exception) -> Message:
    """What was wrong with the call."""
    for code, pattern in PARAMETERS:
        if isinstance(error, TypeError) and (found := pattern.search(str(error))):
            return message(code, name=shown(found[1]))
    return message("bad_call", cause=type(error).__name__)


def _answer(headers: Headers, reason: Message, status: int) -> JSONResponse:
    said = say_message(language_in(headers.get("accept-language", "")), reason)
    return JSONResponse({"detail": said}, status)
