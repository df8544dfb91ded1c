"""A conversation or a continued text as HTML.

Answers are Markdown. The renderer escapes raw HTML, refuses `javascript:` links, and draws no
pictures: a model that writes an image address must not make the page fetch it.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markupsafe import Markup

from demos.shared.stage import clicks
from demos.shared.strings import say

Turn = dict[str, str]  # {"role": "user" or "assistant", "content": text}


EDITS = clicks("turn", "edited")  # a click on a question's "Edit" reports {turn}


def chat(language: str, turns: list[Turn], growing: bool = False, editable: bool = False) -> str:
    """All turns; the last one gets a cursor while it grows, an `editable` question a button."""
    rows = [
        _turn(language, turn, growing and index == len(turns) - 1, index if editable else None)
        for index, turn in enumerate(turns)
    ]
    is_open = growing or (bool(turns) and turns[-1]["role"] == "user")  # its answer is to come
    return _log(language, Markup("").join(rows), is_open, "" if is_open else as_text(turns))


def completion(language: str, given: str, written: str, growing: bool = False) -> str:
    """The visitor's text and the model's continuation, in different colours."""
    body = Markup(
        '<p class="st-legend">'
        '<span class="st-given">{}</span> <span class="st-written">{}</span></p>'
        '<div class="st-continued{}"><span class="st-given">{}</span>'
        '<span class="st-written">{}</span></div>'
    ).format(
        say(language, "generation.given"),
        say(language, "generation.written"),
        " st-growing" if growing else "",
        given,
        written,
    )
    return _log(language, body, growing)


def as_text(turns: list[Turn]) -> str:
    """A chat as JSON, for the browser to keep."""
    return json.dumps(turns, ensure_ascii=False) if turns else ""


def from_text(text: object) -> list[Turn]:
    """The chat that a browser has kept; an empty one for anything else."""
    try:
        found = json.loads(str(text or "[]"))
        roles = [turn["role"] for turn in found]
        contents = [turn["content"] for turn in found]
    except (ValueError, TypeError, KeyError):
        return []
    alternate = roles == ["user", "assistant"] * (len(roles) // 2)
    if not alternate or not all(isinstance(content, str) for content in contents):
        return []
    return [{"role": role, "content": text} for role, text in zip(roles, contents, strict=True)]


def question_number(event: object, turns: list[Turn]) -> int | None:
    """The number of the question that an event names, {turn}; None if there is no such question."""
    number = event.get("turn") if isinstance(event, dict) else None
    if type(number) is not int or not 0 <= number < len(turns):
        return None
    return number if turns[number]["role"] == "user" else None


def _turn(language: str, turn: Turn, growing: bool, number: int | None) -> Markup:
    is_user = turn["role"] == "user"
    text = Markup("<p>{}</p>").format(turn["content"]) if is_user else markdown(turn["content"])
    return Markup(
        '<div class="{}"><div class="st-who">{}{}</div><div class="st-said{}">{}</div></div>'
    ).format(
        "st-user" if is_user else "st-model",
        say(language, "generation.you" if is_user else "generation.model"),
        _edit(language, number) if is_user and number is not None else "",
        " st-growing" if growing else "",
        text,
    )


def _edit(language: str, number: int) -> Markup:
    return Markup(
        '<button type="button" class="st-edit" data-turn="{}" title="{}">{}</button>'
    ).format(number, say(language, "generation.edit.info"), say(language, "generation.edit"))


@lru_cache(maxsize=256)  # earlier turns do not change while the last one grows
def markdown(text: str) -> Markup:
    """Markdown as safe HTML."""
    return Markup(_renderer().render(text))  # noqa: S704 (html=False: the renderer escapes)


@lru_cache(maxsize=1)
def _renderer() -> MarkdownIt:
    renderer = MarkdownIt("js-default", {"html": False, "linkify": False}).disable("image")
    renderer.add_render_rule("link_open", _open_link)
    return renderer


def _open_link(self: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    """A model's link opens beside the chat, not in its place."""
    tokens[index].attrSet("target", "_blank")
    tokens[index].attrSet("rel", "noopener noreferrer nofollow")
    return str(self.renderToken(tokens, index, options, env))


def _log(language: str, body: Markup, growing: bool, kept: str = "") -> Markup:
    """Announced when it is complete, not at each word. `kept`: for the browser, see `Kept`."""
    return Markup(
        '<div class="st-transcript" role="log" aria-label="{}" aria-busy="{}"{}>{}</div>'
    ).format(
        say(language, "generation.transcript"),
        "true" if growing else "false",
        Markup(' data-kept="{}"').format(kept) if kept else "",
        body,
    )
