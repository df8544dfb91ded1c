""" "What am I seeing?": the same fold-out under every result, with a part for each view of the tab:
its formula, a small drawing, what it shows and what it does not, and the papers.

In the catalogue's texts `[[term]]`, or `[[term|as it is written here]]`, is a term of the glossary
(`strings/glossary.py`): underlined with dots, it says its sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import gradio as gr
from markupsafe import Markup, escape

from demos.shared.endpoints import Json
from demos.shared.html import render
from demos.shared.papers import PAPERS
from demos.shared.stage import stage
from demos.shared.strings import language_of, say, t

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

SCRIPT = "shared/explain.js"
BESIDE = r"\qquad"
TERM = re.compile(r"\[\[(\w+)(?:\|([^\]]+))?\]\]")


@dataclass(frozen=True)
class Explained:
    """A view of a tab, as it is explained."""

    view: str  # its name in links; several views: separated by blanks
    title: str  # keys of the catalogue
    text: str  # what it shows, an empty line, what it does not show
    formula: str  # LaTeX; what stands after BESIDE has a line of its own
    drawing: Markup
    papers: tuple[str, ...]  # keys of PAPERS


def explain(tab: str, key: str, views: Sequence[Explained]) -> None:
    """A fold-out with the catalogue's Markdown text under `key`, and the tab's `views`."""

    def explanation(_: Any, request: gr.Request) -> Json:
        """{"html"} in the visitor's language: asked for when the fold-out is opened."""
        return {"html": written(language_of(request), key, tuple(views))}

    with gr.Accordion(t("common.explain"), open=False, elem_id=f"st-explain-{tab}"):
        stage(f"st-explained-{tab}", SCRIPT, server=[explanation])


@cache
def written(language: str, key: str, views: tuple[Explained, ...]) -> str:
    """The fold-out's content."""
    parts = [part(language, view) for view in views]
    about = in_markdown(language, say(language, key))
    return str(render("shared/explain.html", language, about=about, parts=parts))


def part(language: str, view: Explained) -> Json:
    """What the template shows of a view."""
    shows, _, hides = say(language, view.text).partition("\n\n")
    return {
        "view": view.view,
        "title": say(language, view.title),
        "shows": in_markdown(language, shows),
        "hides": in_markdown(language, hides),
        "formulas": [in_mathml(one) for one in view.formula.split(BESIDE)],
        "drawing": view.drawing,
        "papers": [PAPERS[name] for name in view.papers],
    }


def in_mathml(formula: str) -> Markup:
    """LaTeX as MathML, which the browser itself draws."""
    from latex2mathml.converter import convert

    return Markup(convert(formula, display="block"))  # noqa: S704 (our own formulas)


def in_markdown(language: str, text: str) -> Markup:
    """A text of the catalogue as HTML, its terms with their sentences."""
    made = _markdown().render(text)
    return Markup(TERM.sub(partial(_term, language), made))  # noqa: S704 (no HTML passes Markdown)


def _term(language: str, found: re.Match[str]) -> str:
    name, written_as = found.group(1), found.group(2)
    shown = written_as or name.replace("_", " ")
    says = escape(say(language, f"term.{name}"))
    return f'<button type="button" class="st-term" data-says="{says}">{shown}</button>'


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False})
