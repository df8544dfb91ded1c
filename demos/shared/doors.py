"""Who may ask, and what a browser may do with the answer.

A server on a loopback address answers to loopback names only: another website that has its name
point here (DNS rebinding), or that posts from a visitor's browser, is refused. What a proxy says of
the visitor is believed only where there is one.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SHARED_LINKS = ".gradio.live"  # the names of gradio's public links
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
REFUSED = 403
# gradio's page makes functions of text ("unsafe-eval": without it the page never opens) and has
# scripts in its markup. There is no "frame-ancestors", by choice: embedding it in a talk is what it
# is for, and even "frame-ancestors *" would shut out a deck that is opened from disk.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "media-src 'self' data: blob:",
        "font-src 'self' data:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
    )
)
RESPONSE_HEADERS = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": POLICY}


@dataclass(frozen=True)
class Doors:
    """Names that the server answers to (None: any), and whether a proxy stands before it."""

    hosts: tuple[str, ...] | None
    behind_proxy: bool


LOCAL = Doors((), behind_proxy=False)  # loopback names alone


def doors(
    address: str, allowed: Iterable[str] = (), behind_proxy: bool = False, shared: bool = False
) -> Doors:
    """The doors of a server that listens on `address`. A proxy has its own list of names; there is
    one on Spaces, and where the page lies under a prefix."""
    behind_proxy = behind_proxy or bool({"SPACE_ID", "GRADIO_ROOT_PATH"} & {*os.environ})
    names = [name.lower() for name in allowed]
    if shared:
        names.append(SHARED_LINKS)
    if not allowed and (behind_proxy or not is_loopback(address)):
        return Doors(None, behind_proxy)
    return Doors(tuple(names), behind_proxy)


def is_loopback(host: str) -> bool:
    """Whether a name or address is this machine's own, whatever resolves it."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


class GuardedDoors:
    """Middleware: refuses other names and origins, and adds headers to every answer."""

    def __init__(self, app: ASGIApp, doors: Doors) -> None:
        self._app, self._doors = app, doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            return await self._app(scope, receive, send)
        if problem := self._problem(scope):
            return await PlainTextResponse(problem, REFUSED)(scope, receive, send)

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in RESPONSE_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(self._without_forged(scope), receive, send_guarded)

    def _problem(self, scope: Scope) -> str:
        """A sentence for who may not ask; empty for all others."""
        headers = Headers(scope=scope)
        name = _name_of(headers.get("host", ""))
        if not self._answers_to(name):
            return f"This server does not answer to the name {name!r}: see --allowed-host.\n"
        origin = headers.get("origin")
        is_safe = scope.get("method", "GET") in SAFE_METHODS
        if is_safe or origin is None or self._answers_to(urlsplit(origin).hostname or ""):
            return ""
        return f"Pages of {origin!r} may not send anything here: see --allowed-host.\n"

    def _answers_to(self, name: str) -> bool:
        hosts = self._doors.hosts
        if hosts is None or is_loopback(name):
            return True
        return any(name == one or (one[:1] == "." and name.endswith(one)) for one in hosts)

    def _without_forged(self, scope: Scope) -> Scope:
        """Without what only a proxy may say."""
        if self._doors.behind_proxy:
            return scope
        headers = [pair for pair in scope["headers"] if not _is_forwarded(pair[0])]
        return {**scope, "headers": headers}


def _name_of(host: str) -> str:
    """A Host header without its port."""
    return (urlsplit(f"//{host}").hostname or "").lower()


def _is_forwarded(name: bytes) -> bool:
    return name == b"forwarded" or name.startswith(b"x-forwarded-")
