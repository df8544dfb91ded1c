"""For those who watch over a server: `/healthz`, and figures on an address of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable

import uvicorn
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from demos.shared.doors import GuardedDoors, doors

HEALTH = "/healthz"


class Health:
    """Middleware that answers `/healthz`, under whichever name it is asked: a probe knows the
    address of the machine alone."""

    def __init__(self, app: ASGIApp, trouble: Callable[[], str]) -> None:
        """`trouble`: what is wrong in a word; empty if nothing is."""
        self._app, self._trouble = app, trouble

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != HEALTH:
            return await self._app(scope, receive, send)
        trouble = self._trouble()
        answer = JSONResponse({"status": trouble or "ok"}, 503 if trouble else 200)
        answer.headers["Cache-Control"] = "no-store"
        await answer(scope, receive, send)


def serve_figures(app: ASGIApp, host: str, port: int) -> None:
    """Hand out `app` there for as long as the process lives. On a loopback address it answers to
    loopback names only, as the page does."""
    guarded = GuardedDoors(app, doors(host))
    config = uvicorn.Config(
        guarded, host=host, port=port, log_level="error", access_log=False, lifespan="off"
    )
    threading.Thread(target=uvicorn.Server(config).run, name="figures", daemon=True).start()
