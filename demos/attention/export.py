"""The current view as a file: SVG, CSV, JSON, or one HTML page that works from disk."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from backend import packing
from backend.attention.recording import Recording
from backend.attention.request import Look
from backend.attention.tables import as_csv, as_json
from backend.attention.view import view
from backend.options import ChoiceOption
from demos.attention import payload, svg
from demos.shared import theme

FORMAT = ChoiceOption("format", "json", ("svg", "csv", "json", "html"))
TYPES = {"svg": "image/svg+xml", "csv": "text/csv", "json": "application/json", "html": "text/html"}
MAX_CELLS = 6_000_000  # of all heads in an HTML file; larger ones carry the chosen layer alone


def export(
    language: str,
    recording: Recording,
    look: Look,
    kind: object,
    panel: object,
    all_lines: bool = False,
) -> dict[str, Any]:
    """{"text", "type"}: the file's text and its media type. An SVG is the heat-map, or on the panel
    of lines those of the look's token, or all of them."""
    checked = FORMAT.check(kind)
    seen = view(recording, look)
    if checked == "svg":
        is_lines = panel == "lines"
        text = svg.lines(seen, all_lines) if is_lines else svg.heatmap(seen)
    elif checked == "csv":
        text = as_csv(seen)
    elif checked == "json":
        text = as_json(seen)
    else:
        text = html_page(language, recording, seen.look)
    return {"text": text, "type": TYPES[checked]}


def html_page(language: str, recording: Recording, look: Look) -> str:
    """One file without any address in it: the stage, its scripts and style, and every head.

    Single heads of the whole text: an average or one half of a pair is not what the file shows.
    """
    look = replace(look, average="none", pair="all")
    data = payload.first_view(language, "", recording, look)
    data["heads"], data["shown"] = _heads(recording, look)
    style = (theme.WEB / "app.css").read_text("utf-8").split("/* The page */")[1]
    files = ("shared/dom.js", *theme.ATTENTION)
    scripts = "\n".join((theme.WEB / name).read_text("utf-8") for name in files)
    return Markup(
        '<!doctype html>\n<html lang="{}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>{}</title>'
        "<style>{}\n{}\n{}</style></head>"
        '<body class="at-file"><h1>{}</h1><p>{}</p><div id="stage" class="at-root"></div>'
        "{}<script>{}</script><script>window.showTell.attention.open("
        'document.getElementById("stage"), {});</script></body></html>'
    ).format(
        language,
        data["words"]["title"],
        Markup(theme.scales()),  # noqa: S704 (our own files)
        Markup(_variables()),  # noqa: S704
        Markup(style),  # noqa: S704
        data["words"]["title"],
        recording.request.text,
        Markup(theme.scale_data()),  # noqa: S704
        Markup(scripts),  # noqa: S704
        _json_in_script(data),
    )


def _heads(recording: Recording, look: Look) -> tuple[dict[str, Any], dict[str, Any]]:
    """Every head's matrix as it would be shown; of a large recording, the chosen layer's alone."""
    packed: dict[str, Any] = {}
    shown: dict[str, Any] = {}
    for name, stack in recording.stacks.items():
        looks = replace(look, stack=name, layer=1, head=1, token=None, average="none", pair="all")
        first = view(recording, looks)
        shown[name] = {"rows": first.rows.tolist(), "columns": first.columns.tolist()}
        is_small = first.weights.size * len(stack.layers) * stack.heads <= MAX_CELLS
        kept = min(look.layer or 1, len(stack.layers))
        packed[name] = [
            [
                packing.pack_weights(
                    view(recording, replace(looks, layer=layer, head=head)).weights
                )
                if is_small or layer == kept
                else None
                for head in range(1, stack.heads + 1)
            ]
            for layer in range(1, len(stack.layers) + 1)
        ]
    return packed, shown


def _json_in_script(data: dict[str, Any]) -> Markup:
    """JSON that no text of a visitor can close the script with."""
    text = json.dumps(data, ensure_ascii=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 (the five are escaped)


def _variables() -> str:
    """The page's colours, which the style sheet defines before the part that is taken."""
    head = (theme.WEB / "app.css").read_text("utf-8").split("/* The page */")[0]
    return head[head.index(":root") : head.index(".dark")]
