"""The current view as a file: SVG, CSV, JSON, or one HTML page that works from disk."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from markupsafe import Markup

from backend import packing
from backend.attention.request import ResolvedLook
from backend.attention.results import View
from backend.attention.service import Attention
from backend.csv_tables import as_text
from backend.options import ChoiceOption
from demos.attention import payload, svg
from demos.shared import theme
from demos.shared.endpoints import Json
from demos.shared.scripts import import_map

if TYPE_CHECKING:
    from backend.attention.results import Recording

TYPES = {"svg": "image/svg+xml", "csv": "text/csv", "json": "application/json", "html": "text/html"}
SCRIPT = "attention/file.js"  # of an HTML file
FORMAT = ChoiceOption("format", "json", tuple(TYPES))
STYLES = ("shared/colours.css", "shared/states.css", *payload.STYLES)
MAX_CELLS = 6_000_000  # of all heads in an HTML file; larger ones carry the chosen layer alone


def export(
    language: str,
    recording: Recording,
    look: ResolvedLook,
    format: object,  # noqa: A002 (its name in the API)
    panel: object,
    all_lines: bool = False,
) -> Json:
    """{"text", "type"}: the file's text and its media type. An SVG is the heat-map, or on the panel
    of lines those of the look's token, or all of them."""
    checked = str(FORMAT.check(format))

    def as_svg(view: View) -> str:
        return svg.lines(view, all_lines) if panel == "lines" else svg.heatmap(view)

    def as_html(view: View) -> str:
        return html_page(language, recording, look)

    write: dict[str, Callable[[View], str]] = {
        "svg": as_svg,
        "csv": as_csv,
        "json": as_json,
        "html": as_html,
    }
    text = write[checked](Attention.view(recording, look))
    return {"text": text, "type": TYPES[checked]}


def as_csv(view: View) -> str:
    """A line for each row: its token, then a weight for each column; the tokens on top."""
    columns = ["from \\ to", *(token.text for token in view.column_tokens)]
    rows = [
        [token.text, *(f"{weight:.9g}" for weight in weights)]
        for token, weights in zip(view.row_tokens, view.weights, strict=True)
    ]
    return as_text(columns, rows)


def as_json(view: View) -> str:
    """{"look", "rows", "columns", "weights"}; weights[row][column]."""
    return json.dumps(view.as_json(), ensure_ascii=False)


def html_page(language: str, recording: Recording, look: ResolvedLook) -> str:
    """One file without any address in it: the stage, its scripts and style, and every head.

    Single heads of the whole text: an average or one half of a pair is not what the file shows.
    """
    data = file_data(language, recording, look)
    style = "\n".join((theme.WEB / name).read_text("utf-8") for name in STYLES)
    return Markup(
        '<!doctype html>\n<html lang="{}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>{}</title>'
        '<style>{}\n{}</style>{}<script type="importmap">{}</script></head>'
        '<body class="at-file"><h1>{}</h1><p>{}</p><div id="stage"></div>'
        '<script type="module">import {{ open }} from "{}";'
        'open(document.getElementById("stage"), {});</script></body></html>'
    ).format(
        language,
        data["words"]["title"],
        Markup(theme.scales()),  # noqa: S704 (our own files)
        Markup(style),  # noqa: S704
        Markup(theme.scale_data()),  # noqa: S704
        Markup(import_map(SCRIPT)),  # noqa: S704
        data["words"]["title"],
        recording.request.text,
        SCRIPT,
        _json_in_script(data),
    )


def file_data(language: str, recording: Recording, look: ResolvedLook) -> Json:
    """What the stage draws where there is no server to ask (SCRIPT): the view, and every head."""
    look = replace(look, average="none", pair="all")
    data = payload.first_view(language, "", recording, look)
    data["heads"], data["shown"] = _heads(recording, look)
    return data


def _heads(recording: Recording, look: ResolvedLook) -> tuple[Json, Json]:
    """Every head's matrix as it would be shown, and which tokens that are, by stack."""
    packed: Json = {}
    shown: Json = {}
    for name in recording.stacks:
        first = replace(look, stack=name, layer=1, head=1, token=1)
        view = Attention.view(recording, first)
        shown[name] = {"rows": view.rows.tolist(), "columns": view.columns.tolist()}
        packed[name] = _heads_of_stack(recording, first, view, look.layer)
    return packed, shown


def _heads_of_stack(
    recording: Recording, first: ResolvedLook, view: View, chosen: int
) -> list[list[Json | None]]:
    """[layer][head]; of a large recording the chosen layer's alone."""
    stack = recording.stacks[first.stack]
    layers, heads = len(stack.layers), stack.heads
    is_small = view.weights.size * layers * heads <= MAX_CELLS

    def packed(layer: int, head: int) -> Json | None:
        if not is_small and layer != min(chosen, layers):
            return None
        here = replace(first, layer=layer, head=head)
        return packing.pack_weights(Attention.view(recording, here).weights)

    return [[packed(layer, head) for head in range(1, heads + 1)] for layer in range(1, layers + 1)]


def _json_in_script(data: Json) -> Markup:
    """JSON that no text of a visitor can close the script with."""
    text = json.dumps(data, ensure_ascii=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 (the five are escaped)
