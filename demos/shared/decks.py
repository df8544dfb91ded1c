"""Decks: a talk as a JSON file of `assets/decks` (docs/decks.md), shown by `?present=1&deck=NAME`.

Like a frame, the page of a deck is one of plain files: it opens no connection and asks no model.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from demos.shared import theme
from demos.shared.endpoints import Json
from demos.shared.strings import language_in, say

FOLDER = theme.DECKS
SCRIPT = "present/deck.js"
THEMES = ("dark", "light")
PAGE = Markup(
    '<!doctype html>\n<html lang="{language}" class="dk"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"><title>{title}</title>'
    '<link rel="stylesheet" href="theme.css">{head}</head><body class="{theme}">'
    '<div class="gradio-container"><main></main></div>'
    '<script type="application/json" id="st-decks">{decks}</script>'
    '<script type="module">import {{ present }} from "./{script}"; present();</script>'
    "</body></html>"
)


class Presenting:
    """Middleware: the page of a deck in place of the app's, where the address asks for it."""

    def __init__(self, app: ASGIApp, forced: str | None = None) -> None:
        self.app = app
        self.forced = forced  # the language that the server was told to answer in

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _is_asked(scope):
            await page(Request(scope), self.forced)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def _is_asked(scope: Scope) -> bool:
    path = scope["path"].removeprefix(scope.get("root_path", ""))
    return path in ("", "/") and Request(scope).query_params.get("present") == "1"


def page(request: Request, forced: str | None = None) -> HTMLResponse:
    """The page that draws decks; its script reads the address."""
    language = forced or language_in(request.headers.get("accept-language", ""))
    wanted = request.query_params.get("__theme")
    made = PAGE.format(
        language=language,
        title=f"{say(language, 'common.decks')} · Show & Tell",
        head=Markup(theme.head(forced, "") + theme.styles("present/deck.css")),  # noqa: S704 (ours)
        theme=wanted if wanted in THEMES else "",
        decks=Markup(json.dumps(listed(), ensure_ascii=False).replace("<", "\\u003c")),  # noqa: S704
        script=f"{theme.MOUNT}/{SCRIPT}",
    )
    return HTMLResponse(made)


@cache
def listed() -> list[Json]:
    """[{"name", "title", "about"}] of all decks, in the order of their names."""
    return [
        {"name": path.stem, "title": deck["title"], "about": deck.get("about", "")}
        for path in paths()
        for deck in [read(path)]
    ]


def paths() -> list[Path]:
    return sorted(FOLDER.glob("*.json"))


def read(path: Path) -> Json:
    """A deck as its file has it, unchecked (`python -m demos.check_decks` checks)."""
    deck: Json = json.loads(path.read_text("utf-8"))
    return deck
