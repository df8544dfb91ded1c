"""--lang replaces what the browser asks for."""

from __future__ import annotations

from typing import Any

from anyio.from_thread import start_blocking_portal

from demos.shared.language_middleware import ForceLanguage


def headers_seen(scope: dict[str, Any]) -> dict[bytes, bytes]:
    seen: dict[bytes, bytes] = {}

    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        seen.update(dict(scope.get("headers", [])))

    with start_blocking_portal() as portal:  # a loop of its own: the browser tests leave one open
        portal.call(ForceLanguage(app, "zh"), scope, None, None)
    return seen


def test_the_header_is_replaced_and_others_stay() -> None:
    asked = [(b"accept-language", b"en-US"), (b"host", b"x")]
    assert headers_seen({"type": "http", "headers": asked}) == {
        b"accept-language": b"zh",
        b"host": b"x",
    }


def test_a_start_of_the_server_passes_untouched() -> None:
    assert headers_seen({"type": "lifespan"}) == {}
