"""Saved views, as the page and `/frame` hand them out: results of examples that need no model.

`assets/saved/index.json` lists them; `demos/saved_views.py` makes them. A frame is a page of plain
files: it opens no connection, so that a deck can show any number of them.
"""

from __future__ import annotations

import json
from functools import cache
from urllib.parse import parse_qsl

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from backend.messages import message
from demos.shared import theme
from demos.shared.endpoints import Json
from demos.shared.strings import language_in, say, say_message

FOLDER = theme.SAVED
MOUNT = f"{theme.MOUNT}/saved"
INDEX = "index.json"
OF_THE_PAGE = ("embed", "background", "__theme", "__lang")  # of a link; they change no result
THEMES = ("dark", "light")
FRAME = Markup(
    '<!doctype html>\n<html lang="{language}" class="st-frame"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"><title>{title}</title>'
    '<link rel="stylesheet" href="theme.css">{head}</head>'
    '<body class="{theme}"><div class="gradio-container"><main class="st-saved-frame"'
    ' data-view="{view}" data-live="{live}" data-theme="{theme}"></main></div>'
    '<script type="module">import {{ frame }} from "./{script}"; frame();</script></body></html>'
)
SCRIPT = "shared/saved.js"


@cache
def index() -> list[Json]:
    """[{"query", "title": {language: text}, "place", "button", "files": {language: name}}]; none
    where nothing was saved. Those with a button have the "picture" or the "words" on it, too."""
    path = FOLDER / INDEX
    views: list[Json] = json.loads(path.read_text("utf-8")) if path.is_file() else []
    return views


def find(query: str) -> Json | None:
    """The saved view of a link, whatever the order of its parameters."""
    wanted = _named(query)
    return next((view for view in index() if _named(view["query"]) == wanted), None)


def _named(query: str) -> frozenset[tuple[str, str]]:
    pairs = parse_qsl(query.removeprefix("?"), keep_blank_values=True)
    return frozenset((name, value) for name, value in pairs if name not in OF_THE_PAGE)


def route() -> Route:
    """`/frame?<a link's parameters>`."""
    return Route("/frame", frame)


async def frame(request: Request) -> Response:
    """The saved view alone; a link that none is saved for is led to the page itself."""
    query = request.url.query
    view = find(query)
    live = f"?{query}" + ("" if "embed=1" in query else "&embed=1")
    if view is None:
        return RedirectResponse(f"./{live}", 307)
    language = language_in(request.headers.get("accept-language", ""))
    page = FRAME.format(
        language=language,
        title=f"{view['title'][language]} · Show & Tell",
        head=Markup(theme.head()),  # noqa: S704 (our own)
        theme=shown if (shown := request.query_params.get("__theme")) in THEMES else "",
        view=f"{MOUNT}/{view['files'][language]}",
        live=f"./{live}",
        script=f"{theme.MOUNT}/{SCRIPT}",
    )
    return HTMLResponse(page)


def words(language: str) -> dict[str, str]:
    """What a saved view says about itself."""
    own = {name: say(language, f"common.saved.{name}") for name in ("mark", "run", "not_here")}
    return {**own, "starting": say_message(language, message("starting"))}
