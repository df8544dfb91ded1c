"""Answers that are not there any more, or never were: a sentence, and no stack trace.

gradio raises 404 in the middle of its answer when it knows no such call; that reaches the client as
an answer that breaks off, and the log as two traces.
"""

from __future__ import annotations

import json
import logging

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.types import Message as Event

from backend.messages import message
from demos.shared.strings import language_in, say_message

log = logging.getLogger(__name__)
LOST = b'data: "404: Not Found"'  # what gradio sends before it raises
END: Event = {"type": "http.response.body", "body": b"", "more_body": False}


class LostAnswers:
    """Middleware: such an answer says why, and ends."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            return await self._app(scope, receive, send)
        language, has_begun = language_in(Headers(scope=scope).get("accept-language", "")), False

        async def explained(event: Event) -> None:
            nonlocal has_begun
            has_begun = True
            if LOST in event.get("body", b""):
                said = say_message(language, message("answer_gone"))
                event = {**event, "body": event["body"].replace(LOST, _data(said))}
            await send(event)

        try:
            await self._app(scope, receive, explained)
        except RuntimeError as error:  # Starlette's, for one that came too late
            if not (has_begun and isinstance(error.__cause__, HTTPException)):
                raise
            log.info("asked for an answer that is not there")
            await send(END)


def _data(said: str) -> bytes:
    return b"data: " + json.dumps(said).encode()
