"""`--lang`: every visitor is answered in one language, whatever their browser asks for."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send


class ForceLanguage:
    """Replaces the Accept-Language header, which `language_of` reads."""

    def __init__(self, app: ASGIApp, language: str) -> None:
        self._app, self._header = app, (b"accept-language", language.encode("ascii"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            others = [pair for pair in scope["headers"] if pair[0] != self._header[0]]
            scope = {**scope, "headers": [*others, self._header]}
        await self._app(scope, receive, send)
