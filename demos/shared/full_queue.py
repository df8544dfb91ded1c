"""A queue that is full says so in the visitor's language.

gradio answers with status 503 and English; its page shows another English text for that status, and
for any other what the answer says. Its clients for scripts know 503 as a full queue.
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.types import Message as Event

from backend.messages import message
from demos.shared.strings import language_in, say_message

UNAVAILABLE, TOO_MANY = 503, 429
CALLS = ("/queue/join", "/call/")


class FullQueue:
    """Middleware: the answer to a call that finds no place."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not any(part in scope["path"] for part in CALLS):
            return await self._app(scope, receive, send)
        start: Event | None = None
        body = b""

        async def kept(event: Event) -> None:
            nonlocal start, body
            if event["type"] == "http.response.start" and event["status"] == UNAVAILABLE:
                start = event
            elif start:
                body += event.get("body", b"")
            else:
                await send(event)

        await self._app(scope, receive, kept)
        if start:
            await refusal(Headers(scope=scope), body)(scope, receive, send)


def refusal(headers: Headers, body: bytes) -> JSONResponse:
    """The answer in the visitor's language. Only browsers send where a page is from ("origin")."""
    reason = message("server_stopping" if b"stopped" in body else "queue_full")
    said = say_message(language_in(headers.get("accept-language", "")), reason)
    return JSONResponse({"detail": said}, TOO_MANY if "origin" in headers else UNAVAILABLE)
