"""The bridge between Python and the page: a component that a script of `assets/web` draws.

Down: JSON text, as the component's value. (gradio changes a dictionary in the browser before the
one before it is drawn.) Up: an event with data, which a handler reads as `gr.EventData`. Scripts
are ES modules; each is loaded when the first component that needs it comes onto the page.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from demos.shared import theme

KEPT = "shared/kept.js"  # keeps what stages show, for a step back or a reload


def stage(
    elem_id: str,
    script: str,
    *,
    styles: Sequence[str] = (),
    events: Sequence[str] = (),
    server: Sequence[Callable[..., Any]] = (),
) -> gr.HTML:
    """An empty component that `script`, a file of `assets/web`, draws from the JSON it is sent.

    `events` are those of its own that the script reports: `stage(...).<event>(handler)` listens.
    `server` are functions that the script may ask, past the queue.
    """
    return gr.HTML(
        None,
        html_template="<div></div>",
        head=theme.styles(*styles) or None,
        js_on_load=mounting(script, events=events),
        elem_id=elem_id,
        apply_default_css=False,
        server_functions=list(server),
    )


def mounting(script: str, *, events: Sequence[str] = (), **options: str | bool) -> str:
    """For `js_on_load`: import `script` and let its `mount` take the component."""
    bridge = "{ element, props, server, trigger, watch }"
    mount = f"({{ mount }}) => mount({bridge}, {json.dumps(options)})"
    kept = f"({{ draws }}) => draws({bridge}, {json.dumps(script)})"
    # gradio finds the names of a component's own events in this text.
    named = "".join(f"\n// trigger({json.dumps(event)})" for event in events)
    return f"{_module(script)}.then({mount}); {_module(KEPT)}.then({kept});{named}"


def clicks(name: str, event: str = "click", *, marks: bool = False) -> str:
    """For `js_on_load` of HTML that Python writes: a click inside `[data-<name>="7"]` is reported
    as `event` with the data {name: 7}. With `marks` that button alone is pressed from then on."""
    return mounting("shared/clicks.js", events=[event], name=name, event=event, marks=marks)


def call(script: str, function: str, *arguments: object) -> str:
    """For `js=`: call a function that `script` exports, with `arguments` and then the inputs."""
    given = "".join(f"{json.dumps(argument)}, " for argument in arguments)
    return f"async (...inputs) => (await {_module(script)}).{function}({given}...inputs)"


def _module(script: str) -> str:
    """Its address is relative to the page's base, so that a proxy's prefix holds."""
    return f"import(new URL({json.dumps(f'{theme.MOUNT}/{script}')}, document.baseURI))"
