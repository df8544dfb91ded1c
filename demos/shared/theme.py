"""The look: colours and fonts for gradio's theme, and the page's own CSS, JavaScript and fonts.

Everything is served from `assets/web`; nothing comes from another host.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import gradio as gr
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from demos.shared.colours import (
    DARK_SIGNED_STOPS,
    DARK_STOPS,
    SIGNED_STOPS,
    STOPS,
    css_gradient,
    scale256,
)
from demos.shared.strings import LANGUAGES, unfilled

WEB = Path(__file__).resolve().parents[2] / "assets" / "web"
WORDS = {  # of the page's own scripts: keys of the catalogue by the name that a script knows
    name: f"common.{name}"
    for name in (
        *("show_all", "stale", "kept", "again", "was", "lost", "not_here", "decks", "formula"),
        *("saved_until", "embed_form", "embed_open", "take"),
        *(f"take_{name}" for name in ("picture", "picture_info", "data", "data_info", "page")),
        *(f"take_{name}" for name in ("page_info", "making", "made", "failed", "nothing")),
        *(f"take_{name}" for name in ("room", "room_info", "code_alt", "code_save", "local")),
        *("take_long", "take_mark", "take_not_here", "close", "keys", "theme"),
        *(f"theme_{name}" for name in ("auto", "light", "dark")),
        *(f"keys_{name}" for name in ("prompt", "run", "stop", "fold", "tabs", "take")),
        *(f"keys_{name}" for name in ("present", "list", "on", "inside", "tokens", "views")),
        *(f"keys_{name}" for name in ("pictures", "steps", "cells", "table")),
        *(f"deck_{name}" for name in ("back", "next", "notes", "black", "pointer", "restart")),
        *("deck_then", "deck_added"),
    )
}
FAVICON = WEB / "favicon.png"
GALLERY = WEB.parent / "gallery" / "pictures"
SAVED = WEB.parent / "saved"
DECKS = WEB.parent / "decks"
MOUNT = "show-and-tell"
STYLES = (  # of the HTML that Python writes; what a script draws brings its own (stage.py)
    "fonts/fonts.css",
    "shared/colours.css",
    "app.css",
    "shared/buttons.css",
    "shared/states.css",
    "shared/saved.css",
    "shared/models.css",
    "shared/dialog.css",
    "shared/api.css",
    "shared/examples.css",
    "shared/explain.css",
    "take_away/take_away.css",
    "shared/results.css",
    "shared/words.css",
    "shared/tables.css",
    "generation/chat.css",
    "image_search/search.css",
    "image_search/gallery.css",
    "captioning/stage.css",
)
SCALES = {  # those of a dark page are named "-dark"
    "st-scale": STOPS,
    "st-signed": SIGNED_STOPS,
    "st-scale-dark": DARK_STOPS,
    "st-signed-dark": DARK_SIGNED_STOPS,
}
FRAMED = "shared/framed.js"  # of a plain page, which follows the visitor's choice of light
SCRIPT = "app.js"  # those of the tabs come with their components (demos/shared/stage.py)

LAGOON = gr.themes.Color(
    name="lagoon",
    c50="#eef7fa", c100="#d5ebf2", c200="#add8e4", c300="#7ac0d3", c400="#45a2bd", c500="#1f7f9d",
    c600="#13657f", c700="#0f5268", c800="#0d4053", c900="#0a2f3e", c950="#071f2a",
)  # fmt: skip
SLATE = gr.themes.Color(
    name="slate",
    c50="#f8f8f5", c100="#eeefec", c200="#dcdfde", c300="#bfc5c8", c400="#929ca5", c500="#66717d",
    c600="#4b5663", c700="#353f4c", c800="#212a38", c900="#161e2b", c950="#0e141f",
)  # fmt: skip

# Chinese comes from the system: a web font with all its characters would weigh megabytes.
SANS = (
    "Atkinson Hyperlegible Next",
    "PingFang SC",
    "Microsoft YaHei",
    "Noto Sans CJK SC",
    "sans-serif",
)
MONO = ("Atkinson Hyperlegible Mono", "Menlo", "Consolas", "Noto Sans Mono CJK SC", "monospace")


def theme() -> gr.themes.Base:
    """gradio's base theme in our colours; contrast of all text is at least 4.5 to 1."""
    base = gr.themes.Base(
        primary_hue=LAGOON,
        secondary_hue=LAGOON,
        neutral_hue=SLATE,
        font=[gr.themes.Font(name) for name in SANS],
        font_mono=[gr.themes.Font(name) for name in MONO],
        text_size=gr.themes.sizes.text_lg,
        radius_size=gr.themes.sizes.radius_lg,
    )
    return base.set(**_colours())


def _colours() -> dict[str, str]:
    return {
        "body_background_fill": "*neutral_50",
        "body_background_fill_dark": "*neutral_950",
        "body_text_color": "*neutral_900",
        "body_text_color_dark": "*neutral_100",
        "body_text_color_subdued": "*neutral_600",
        "body_text_color_subdued_dark": "*neutral_300",
        "background_fill_primary": "white",
        "background_fill_primary_dark": "*neutral_900",
        "block_background_fill": "white",
        "block_background_fill_dark": "*neutral_900",
        "block_border_width": "1px",
        "block_border_color": "*neutral_200",
        "block_border_color_dark": "*neutral_800",
        "block_info_text_color": "*neutral_600",
        "block_info_text_color_dark": "*neutral_300",
        "block_title_text_color": "*neutral_800",
        "block_title_text_color_dark": "*neutral_100",
        "block_title_text_weight": "600",
        "input_background_fill": "*neutral_50",
        "input_background_fill_dark": "*neutral_950",
        "input_border_color": "*neutral_300",
        "input_border_color_dark": "*neutral_700",
        "input_placeholder_color": "*neutral_500",
        "input_placeholder_color_dark": "*neutral_400",
        "button_primary_background_fill": "*primary_600",
        "button_primary_background_fill_hover": "*primary_700",
        "button_primary_background_fill_dark": "*primary_300",
        "button_primary_background_fill_hover_dark": "*primary_200",
        "button_primary_text_color": "white",
        "button_primary_text_color_dark": "*neutral_950",
        "button_secondary_background_fill": "white",
        "button_secondary_background_fill_hover": "*primary_50",
        "button_secondary_background_fill_dark": "*neutral_800",
        "button_secondary_background_fill_hover_dark": "*neutral_700",
        "button_secondary_border_color": "*neutral_300",
        "button_secondary_border_color_dark": "*neutral_700",
        "button_border_width": "1px",
        "button_cancel_background_fill": "white",
        "button_cancel_background_fill_dark": "*neutral_800",
        "button_cancel_border_color": "*neutral_300",
        "button_cancel_border_color_dark": "*neutral_700",
        "button_small_text_weight": "500",
        "button_small_text_size": "*text_md",
        "block_info_text_size": "*text_sm",
        "slider_color": "*primary_500",
        "slider_color_dark": "*primary_400",
        "checkbox_border_width": "2px",
        "checkbox_border_color": "*neutral_500",
        "checkbox_border_color_dark": "*neutral_300",
        "checkbox_border_color_hover": "*primary_600",
        "checkbox_border_color_hover_dark": "*primary_300",
        "checkbox_background_color": "white",
        "checkbox_background_color_dark": "*neutral_900",
        "checkbox_label_border_width": "1px",
        "checkbox_label_border_color": "*neutral_300",
        "checkbox_label_border_color_dark": "*neutral_700",
        "checkbox_label_background_fill_selected": "*primary_100",
        "checkbox_label_background_fill_selected_dark": "*primary_900",
    }


def head(language: str | None = None, script: str = SCRIPT) -> str:
    """What goes into the page's <head>: relative addresses, so that a proxy's prefix holds. With
    the `language` that the server was told to answer in, and the page's `script`, if it has one."""
    forced = f'<meta name="st-language" content="{language}">' if language else ""
    icon = f'<link rel="icon" href="{MOUNT}/{FAVICON.name}">'
    runs = f'<script type="module" src="{MOUNT}/{script}"></script>' if script else ""
    look = styles(*STYLES) + f"<style>{scales()}</style>" + scale_data()
    return forced + icon + look + words() + runs


def words() -> str:
    """The texts of the page's own scripts, in both languages: they know the visitor's."""
    texts = {
        language: {name: unfilled(language, key) for name, key in WORDS.items()}
        for language in LANGUAGES
    }
    made = json.dumps(texts, ensure_ascii=False).replace("<", "\\u003c")
    return f'<script type="application/json" id="st-words">{made}</script>'


def styles(*names: str) -> str:
    """Files of `assets/web` as style sheets."""
    return "".join(f'<link rel="stylesheet" href="{MOUNT}/{name}">' for name in names)


def scales() -> str:
    """The colour scales as CSS variables, for the style sheets."""
    day, night = css_gradient(STOPS), css_gradient(DARK_STOPS)
    return (
        f":root {{ --st-heat: {day}; --st-signed: {css_gradient(SIGNED_STOPS)}; }}"
        f" .dark {{ --st-heat: {night}; --st-signed: {css_gradient(DARK_SIGNED_STOPS)}; }}"
    )


def scale_data() -> str:
    """The colour scales as 256 colours each, in JSON: for scripts."""
    return "".join(
        f'<script type="application/json" id="{name}">{json.dumps(scale256(stops))}</script>'
        for name, stops in SCALES.items()
    )


def routes() -> list[Mount]:
    """Where the server hands out `assets/web` and the gallery's pictures."""
    return [
        Mount(f"/{MOUNT}/saved", PageFiles(directory=SAVED, check_dir=False)),
        Mount(f"/{MOUNT}/decks", PageFiles(directory=DECKS, check_dir=False)),
        Mount(f"/{MOUNT}/gallery", Files(directory=GALLERY, check_dir=False)),
        Mount(f"/{MOUNT}", PageFiles(directory=WEB)),
    ]


class Files(StaticFiles):
    """Files below a mount, whether or not a proxy has taken the server's `root_path` off the path:
    Starlette expects that it has not, nginx does it, and gradio's guide says so."""

    def get_path(self, scope: Scope) -> str:
        mount = scope["root_path"].removeprefix(scope.get("app_root_path", ""))
        is_cut = scope["path"].startswith(f"{mount}/")
        return super().get_path({**scope, "root_path": mount} if is_cut else scope)


class PageFiles(Files):
    """Scripts and style sheets that a browser asks about before it uses a kept copy: scripts of two
    versions of the app would not find each other's functions."""

    def file_response(self, *arguments: Any, **options: Any) -> Response:
        response = super().file_response(*arguments, **options)
        response.headers["Cache-Control"] = "no-cache"
        return response
