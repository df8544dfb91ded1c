"""How much may be sent: what is too large is refused by the length that it announces, or as soon
as more has come, with a sentence in the visitor's language.

Nothing that large is parsed or lies on the disk. Uploads are counted by address and day.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from starlette.datastructures import Headers
from starlette.formparsers import MultiPartException
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.types import Message as Event

from backend.messages import Message, message
from demos.shared.calls import MAX_VALUES
from demos.shared.json_values import has_more_values
from demos.shared.strings import language_in, say_message

MB = 1_000_000
MAX_JSON = 10 * MB  # bytes; a head that was taught has up to 5 million characters
# Values of a body, counted before it is parsed: those of the call, and what stands around them.
MAX_COUNTED = MAX_VALUES + 1000
MAX_FILE = 500 * MB
MAX_UPLOAD = 2000 * MB  # files that are chosen together
MAX_DAILY = 10_000 * MB  # of uploads from one address
DAY = 24 * 3600.0  # seconds
DISCARDED = 20 * MB  # read and thrown away: many clients look at an answer only after sending
UPLOADS = "/upload"
TOO_LARGE, TOO_MANY = 413, 429


@dataclass
class UploadBook:
    """Bytes that each address has uploaded within a day of its first upload."""

    counted: dict[str, tuple[float, int]] = field(default_factory=dict)

    def add(self, address: str, size: int) -> int:
        """Count them; the address's total. Those of yesterday are struck out."""
        now = time.monotonic()
        if address not in self.counted:
            self.counted = {one: row for one, row in self.counted.items() if now - row[0] < DAY}
        since, total = self.counted.get(address, (now, 0))
        if now - since >= DAY:
            since, total = now, 0
        self.counted[address] = (since, total + size)
        return total + size


class Body:
    """What is received of a request, counted. Called as the `receive` that it stands for."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self.read, self.has_ended = 0, False

    async def __call__(self) -> Event:
        event = await self._receive()
        self.read += len(event.get("body", b""))
        self.has_ended = not event.get("more_body")
        return event

    async def whole(self, limit: int) -> bytes | None:
        """All of it; None as soon as it is larger than the limit."""
        parts: list[bytes] = []
        while not self.has_ended:
            parts.append((await self()).get("body", b""))
            if self.read > limit:
                return None
        return b"".join(parts)

    async def discard(self) -> None:
        """Read on for a while."""
        limit = self.read + DISCARDED
        while not self.has_ended and self.read < limit:
            await self()


class LimitedBodies:
    """Middleware: refuses bodies that are too large."""

    def __init__(self, app: ASGIApp) -> None:
        self._app, self._book = app, UploadBook()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        body = Body(receive)
        if _is_upload(scope):
            return await self._upload(scope, body, send)
        return await self._parsed(scope, body, send)

    async def _parsed(self, scope: Scope, body: Body, send: Send) -> None:
        """A body that is parsed as a whole, and so read as a whole before."""
        data = None if announced(scope) > MAX_JSON else await body.whole(MAX_JSON)
        if data is None:
            too_large = message("body_too_large", limit=MAX_JSON // MB)
            return await refuse(scope, body, send, too_large)
        if has_more_values(data, MAX_COUNTED):
            many = message("too_many_values", limit=MAX_VALUES)
            return await refuse(scope, body, send, many)
        waiting: list[Event] = [{"type": "http.request", "body": data, "more_body": False}]

        async def replayed() -> Event:
            return waiting.pop() if waiting else await body()

        await self._app(scope, replayed, send)

    async def _upload(self, scope: Scope, body: Body, send: Send) -> None:
        """Files, which gradio writes to the disk as they come and removes when it is told to."""
        problem = _upload_too_large() if announced(scope) > MAX_UPLOAD else None
        if problem:
            return await refuse(scope, body, send, problem)

        async def counted() -> Event:
            nonlocal problem
            event = await body()
            problem = self._problem(scope, body.read, len(event.get("body", b"")))
            if problem:
                raise MultiPartException(str(problem))  # gradio removes what it has written
            return event

        async def kept(event: Event) -> None:
            nonlocal problem
            if event["type"] == "http.response.start" and event["status"] == TOO_LARGE:
                problem = problem or _upload_too_large()
            if not problem:
                await send(event)

        await self._app(scope, counted, kept)
        if problem:
            await refuse(scope, body, send, problem)

    def _problem(self, scope: Scope, read: int, size: int) -> Message | None:
        """Why no more is read of an upload of which `read` bytes have come, the last `size` now."""
        address = (scope.get("client") or ("",))[0]
        if read > MAX_UPLOAD:
            return _upload_too_large()
        if self._book.add(address, size) > MAX_DAILY:
            return message("uploads_of_the_day", limit=MAX_DAILY // MB)
        return None


def announced(scope: Scope) -> int:
    """The length of the body that the headers name; 0 where they name none."""
    length = Headers(scope=scope).get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() else 0


async def refuse(scope: Scope, body: Body, send: Send, reason: Message) -> None:
    """Answer with a sentence: JSON with "detail", as every refusal here; plain for uploads."""
    await body.discard()
    said = say_message(language_in(Headers(scope=scope).get("accept-language", "")), reason)
    status = TOO_MANY if reason.code == "uploads_of_the_day" else TOO_LARGE
    response: Response = JSONResponse({"detail": said}, status)
    if _is_upload(scope):
        response = PlainTextResponse(said, status)
    await response(scope, body, send)


def _is_upload(scope: Scope) -> bool:
    return str(scope["path"]).rstrip("/").endswith(UPLOADS)


def _upload_too_large() -> Message:
    return message("upload_too_large", limit=MAX_UPLOAD // MB, each=MAX_FILE // MB)
