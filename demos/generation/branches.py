"""What was tried: the answers that branch off one another, to be reopened, compared, exported.

The list lives in the page's session; the answers themselves are the backend's, which keeps the
latest of each visitor. A new prompt begins a new list.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

import gradio as gr
from markupsafe import Markup

from backend.errors import InputError
from backend.generation.results import Generated
from backend.generation.service import Generation
from backend.results import MOST_BESIDE
from backend.text import shown
from demos.generation.tokens_payload import token_json
from demos.shared.strings import say

ENDED = "⏹"  # in place of a token that the answer has no more
ON = "on"  # in place of a point: the whole answer, and on from its end


@dataclass(frozen=True)
class Tried:
    """A finished answer. `parent` is the key of the one that it goes on from, after its first
    `place` tokens."""

    key: str
    number: int  # from 1
    text: str
    seed: int
    perplexity: float
    tokens: int
    finished: str
    card: str  # as HTML
    parent: str = ""
    place: int = 0
    token: str = ""  # the one that stands there instead; "" where the parent is written on


def point_of(sent: str) -> tuple[str, int, int]:
    """Whose answer, which token, and what stands there instead: "key,place,id,..." as it is sent.

    InputError for anything else.
    """
    key, place, token, *_ = (*sent[:200].split(","), "", "")
    if not all(number.isascii() and number.isdecimal() for number in (place, token)):
        raise InputError("bad_begin", value=shown(sent))
    return key, int(place), int(token)


def grown(
    tried: Sequence[Tried], update: Generated, card: str, branch: tuple[str, str] | None
) -> list[Tried]:
    """The list with a finished answer; `branch` is its parent's key and what the page has sent."""
    parent, sent = branch or ("", ON)
    place = None if sent == ON else point_of(sent)[1]
    before = list(tried) if branch else []
    figures = update.card.figures if update.card else {}
    one = Tried(
        key=update.key,
        number=before[-1].number + 1 if before else 1,
        text=update.text,
        seed=int(figures.get("seed", 0)),
        perplexity=update.perplexity,
        tokens=len(update.written),
        finished=update.finished or "",
        card=card,
        parent=parent,
        place=place or 0,
        token=_token_at(update, place),
    )
    return [*before, one][-MOST_BESIDE:]


def _token_at(update: Generated, place: int | None) -> str:
    """What stands where the answer leaves its parent. It may be cut off: a stop string, or Stop."""
    if place is None:
        return ""
    return update.written[place].text if place < len(update.written) else ENDED


def menu(language: str, tried: Sequence[Tried]) -> gr.Radio:
    """What the radio buttons become: a line for each answer, the last one chosen."""
    numbers = {one.key: one.number for one in tried}
    choices = [(_line(language, one, numbers.get(one.parent)), one.key) for one in tried]
    last = tried[-1].key if tried else None
    return gr.Radio(choices=choices, value=last, visible=len(tried) > 1, interactive=True)


def _line(language: str, one: Tried, parent: int | None) -> str:
    if not one.parent:
        return say(language, "branches.first", number=one.number)
    come_from = "?" if parent is None else parent
    if not one.token:
        return say(language, "branches.on", number=one.number, parent=come_from)
    return say(
        language,
        "branches.at",
        number=one.number,
        parent=come_from,
        place=one.place + 1,
        token=one.token.strip() or "␣",
    )


def compared(language: str, tried: Sequence[Tried]) -> str:
    """All answers below one another: what each shares with its parent is grey."""
    if len(tried) < 2:
        return ""
    texts = {one.key: one.text for one in tried}
    rows = Markup("").join(_row(language, one, texts.get(one.parent, "")) for one in tried)
    return Markup('<ol class="br-rows">{}</ol>').format(rows)


def _row(language: str, one: Tried, parent: str) -> Markup:
    shared = sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one.text, parent, strict=False))
    )
    figures = say(
        language, "branches.figures", tokens=one.tokens, perplexity=f"{one.perplexity:.2f}"
    )
    return Markup(
        '<li value="{}"><span class="br-shared">{}</span><b>{}</b><small>{}</small></li>'
    ).format(one.number, one.text[:shared], one.text[shared:], figures)


def exported(service: Generation, tried: Sequence[Tried]) -> bytes:
    """All answers as JSON, with the tokens of those that are still kept."""
    return json.dumps(
        [_as_json(service, one) for one in tried], ensure_ascii=False, indent=1
    ).encode()


def _as_json(service: Generation, one: Tried) -> dict[str, Any]:
    row: dict[str, Any] = {"number": one.number, "text": one.text, "seed": one.seed}
    row |= {"key": one.key, "parent": one.parent or None, "place": one.place, "token": one.token}
    try:
        taken = service.answers.get(one.key)
    except InputError:
        return row
    return {**row, "tokens": [token_json(each, taken.text_of) for each in taken.written]}
