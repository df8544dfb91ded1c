""" "Take it away": what the page's script needs from the server to put a result into one file, and
the QR code of a link.

The files themselves are made in the browser (assets/web/take_away), from what stands on its page.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import gradio as gr
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from demos.shared.handlers import LISTENER
from demos.shared.permalinks import Form, hidden_field
from demos.shared.scripts import import_map
from demos.shared.stage import call
from demos.shared.strings import language_in, say, t
from demos.shared.theme import WEB

MENU, FILE = "take_away/menu.js", "take_away/file.js"
MAX_TEXT = 1500  # characters of a QR code; one that holds more is too fine to be read
QUIET = 4  # modules of white around a code, as the standard asks
NO_RUN = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}


def take_away(form: Form, link: Callable[..., str], inputs: list[Any]) -> None:
    """The button that opens the menu; `link(*values of inputs)` is the link of what is shown."""
    button = gr.Button(t("common.take"), size="sm", elem_id=f"st-take-{form.tab}")
    found = hidden_field()
    asked = button.click(link, inputs, found, queue=False, **LISTENER)
    asked.then(fn=None, inputs=found, js=call(MENU, "openMenu"))


def routes() -> list[Route]:
    """`/bundle.json?script=...` and `/qr.svg?text=...`."""
    return [Route("/bundle.json", bundle), Route("/qr.svg", qr)]


def bundle(request: Request) -> Response:
    """The import map of a page that is one file and draws with these scripts of `assets/web`."""
    named = request.query_params.getlist("script")
    known = {file.relative_to(WEB).as_posix() for file in WEB.rglob("*.js")}
    if not known.issuperset(named):
        return PlainTextResponse("no such script", 404)
    return JSONResponse(json.loads(import_map(FILE, *named)))


def qr(request: Request) -> Response:
    """A text as a QR code. A sentence where there is none, or one too long to be read."""
    text = request.query_params.get("text", "")
    if not text or len(text) > MAX_TEXT:
        language = language_in(request.headers.get("accept-language", ""))
        refused = say(language, "common.take_no_code", count=len(text), limit=MAX_TEXT)
        return PlainTextResponse(refused, 400)
    return Response(code_of(text), media_type="image/svg+xml", headers=NO_RUN)


def code_of(text: str) -> bytes:
    """A QR code as SVG, black on white in any light."""
    import segno

    file = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        file, kind="svg", border=QUIET, omitsize=True, dark="#000", light="#fff", xmldecl=False
    )
    return file.getvalue()
