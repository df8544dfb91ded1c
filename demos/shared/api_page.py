""" "Use via API": the endpoints of each tab with what they take and answer, and calls to copy.

The same words are in `docs/api.md` (demos/reference.py).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from demos.shared import theme
from demos.shared.endpoints import Json
from demos.shared.html import render
from demos.shared.strings import language_in

PATH = "use-via-api"
TOOLS = "gradio_api/mcp/"
OF_A_TAB = re.compile(r"demos\.(\w+)\.api$")
OF_THE_PAGE = "page"  # the endpoints that no tab has


def route() -> Route:
    """`/use-via-api`."""
    return Route(f"/{PATH}", page)


def page(request: Request) -> HTMLResponse:
    """The page, of the app that is asked."""
    blocks = request.app.get_blocks()
    address = str(request.base_url)
    made = render(
        "shared/api_page.html",
        language_in(request.headers.get("accept-language", "")),
        head=theme.head(script=theme.FRAMED),
        theme=request.query_params.get("__theme", ""),
        tabs=by_tab(blocks, address),
        address=address,
        tools=address + TOOLS if blocks.mcp_server else "",
    )
    return HTMLResponse(made)


def by_tab(blocks: Any, address: str) -> dict[str, list[Json]]:
    """Each tab's endpoints: {"name", "call", "about", "python", "curl"}; the page's own last."""
    known = blocks.get_api_info()["named_endpoints"]
    found: dict[str, list[Json]] = {}
    for one in blocks.fns.values():
        endpoint = known.get(f"/{one.api_name}")
        if endpoint is None or one.fn is None:
            continue
        of_tab = OF_A_TAB.match(one.fn.__module__)
        tab = of_tab.group(1) if of_tab else OF_THE_PAGE
        found.setdefault(tab, []).append(entry(one.api_name, endpoint, address))
    return found


def entry(name: str, endpoint: Mapping[str, Any], address: str) -> Json:
    """One endpoint as the page shows it."""
    return {
        "name": name,
        "call": call(f"/{name}", endpoint),
        "about": about(endpoint),
        "python": in_python(name, endpoint, address),
        "curl": in_curl(name, endpoint, address),
    }


def call(name: str, endpoint: Mapping[str, Any]) -> str:
    """ "/name(text, option=default)": a call with all that it takes."""
    return f"{name}({', '.join(map(_parameter, endpoint['parameters']))})"


def about(endpoint: Mapping[str, Any]) -> str:
    """The endpoint's docstring, its lines as they were written."""
    return re.sub(r"\s*\n\s*", "\n", endpoint.get("description") or "").strip()


def in_python(name: str, endpoint: Mapping[str, Any], address: str) -> str:
    """A call with gradio_client."""
    needed = _needed(endpoint)
    of_files = any(is_file for _, _, is_file in needed)
    values = [f"handle_file({value!r})" if is_file else repr(value) for _, value, is_file in needed]
    arguments = ", ".join([*values, f'api_name="/{name}"'])
    names = "Client, handle_file" if of_files else "Client"
    return (
        f"from gradio_client import {names}\n\n"
        f'client = Client("{address}")\n'
        f"print(client.predict({arguments}))"
    )


def in_curl(name: str, endpoint: Mapping[str, Any], address: str) -> str:
    """The same as two plain requests."""
    values = [{"path": value} if is_file else value for _, value, is_file in _needed(endpoint)]
    data = json.dumps({"data": values}, ensure_ascii=False).replace("'", "'\\''")
    where = f"{address}gradio_api/call/{name}"
    posted = f"curl -s {where} -H 'Content-Type: application/json' -d '{data}'"
    return f"{posted}\ncurl -sN {where}/EVENT_ID"


def _needed(endpoint: Mapping[str, Any]) -> list[tuple[str, Any, bool]]:
    """(name, a value to try, whether that is a file) of each parameter without a default."""
    return [
        (one["parameter_name"], one["example_input"], one["python_type"]["type"] == "filepath")
        for one in endpoint["parameters"]
        if not one["parameter_has_default"]
    ]


def _parameter(one: Mapping[str, Any]) -> str:
    """ "name" or "name=default"."""
    name = str(one["parameter_name"])
    return f"{name}={one['parameter_default']!r}" if one["parameter_has_default"] else name
