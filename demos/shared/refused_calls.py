"""Calls that gradio does not take: a full queue, a server that stops, a call that it stumbles over.

For a full queue gradio answers with status 503 and English; its page shows another English text for
that status, and for any other what the answer says. Its clients for scripts know 503 as a full
queue. What it does not expect, such as an endpoint that is not there, ends in a stack trace.
"""

from __future__ import annotations

import logging
import traceback

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.types import Message as Event

from backend.messages import Message, message
from demos.shared.strings import language_in, say_message

log = logging.getLogger(__name__)
BAD_REQUEST, TOO_MANY, UNAVAILABLE = 400, 429, 503


class RefusedCalls:
    """Middleware: such answers are sentences in the visitor's language."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            return await self._app(scope, receive, send)
        held = HeldAnswer(send)
        problem: JSONResponse | None = None
        try:
            await self._app(scope, receive, held)
            if held.is_held:
                problem = unavailable(Headers(scope=scope), held.body)
        except Exception as error:
            if held.has_begun:
                raise
            problem = not_understood(Headers(scope=scope), error)
        if problem:
            await problem(scope, receive, send)


class HeldAnswer:
    """Sends what is sent on, but keeps an answer of status 503."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.has_begun = self.is_held = False
        self.body = b""

    async def __call__(self, event: Event) -> None:
        if event["type"] == "http.response.start" and event["status"] == UNAVAILABLE:
            self.is_held = True
        elif self.is_held:
            self.body += event.get("body", b"")
        else:
            self.has_begun = True
            await self._send(event)


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
    return _answer(headers, message("bad_call", cause=type(error).__name__), BAD_REQUEST)


def _answer(headers: Headers, reason: Message, status: int) -> JSONResponse:
    said = say_message(language_in(headers.get("accept-language", "")), reason)
    return JSONResponse({"detail": said}, status)
