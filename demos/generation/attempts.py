"""Attempts: the answers that branch off one another, to be reopened, compared and exported.

The list lives in the page's session; the answers themselves are kept by the backend, the latest of
each visitor. A new prompt begins a new list.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

import gradio as gr

from backend.errors import InputError
from backend.generation.results import Generated
from backend.generation.service import Generation
from backend.kept_results import MAX_PER_VISITOR
from demos.generation.token_inspector_payload import token_json
from demos.shared.html import render
from demos.shared.strings import say

ENDED = "■"  # in place of a token that the answer no longer has
SPACE = "␣"  # in place of a token that is white space alone


@dataclass(frozen=True)
class Origin:
    """Where an answer leaves its parent: at the token at `place`, or at its end (None)."""

    parent: str  # its key
    place: int | None = None


@dataclass(frozen=True)
class Attempt:
    """A finished answer. `parent` is the key of the answer that it continues, after the first
    `place` tokens of that one."""

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
    token: str = ""  # what stands there instead; "" where the parent is continued from its end


def with_answer(
    attempts: Sequence[Attempt], update: Generated, card: str, origin: Origin | None
) -> list[Attempt]:
    """The list with a finished answer; without an `origin` it is a new list."""
    before = list(attempts) if origin else []
    place = origin.place if origin else None
    figures = update.card.figures if update.card else {}
    attempt = Attempt(
        key=update.key,
        number=before[-1].number + 1 if before else 1,
        text=update.text,
        seed=int(figures.get("seed", 0)),
        perplexity=update.perplexity,
        tokens=len(update.tokens),
        finished=update.finished or "",
        card=card,
        parent=origin.parent if origin else "",
        place=place or 0,
        token=_token_at(update, place),
    )
    return [*before, attempt][-MAX_PER_VISITOR:]


def _token_at(update: Generated, place: int | None) -> str:
    """The token at which the answer leaves its parent; Stop or a stop string may have cut it."""
    if place is None:
        return ""
    return update.tokens[place].text if place < len(update.tokens) else ENDED


def menu(language: str, attempts: Sequence[Attempt]) -> gr.Radio:
    """What the radio buttons become: a line for each attempt, the last one chosen."""
    numbers = {attempt.key: attempt.number for attempt in attempts}
    choices = [
        (_line(language, attempt, numbers.get(attempt.parent)), attempt.key) for attempt in attempts
    ]
    last = attempts[-1].key if attempts else None
    return gr.Radio(choices=choices, value=last, visible=len(attempts) > 1, interactive=True)


def _line(language: str, attempt: Attempt, parent: int | None) -> str:
    if not attempt.parent:
        return say(language, "generation.branches.first", number=attempt.number)
    of = {"number": attempt.number, "parent": "?" if parent is None else parent}
    if not attempt.token:
        return say(language, "generation.branches.on", **of)
    token = attempt.token.strip() or SPACE
    return say(language, "generation.branches.at", **of, place=attempt.place + 1, token=token)


def compared(language: str, attempts: Sequence[Attempt]) -> str:
    """All answers below one another; what each shares with its parent is grey."""
    if len(attempts) < 2:
        return ""
    texts = {attempt.key: attempt.text for attempt in attempts}
    rows = [(attempt, _shared(attempt.text, texts.get(attempt.parent, ""))) for attempt in attempts]
    return render("generation/attempts.html", language, rows=rows)


def _shared(text: str, parent: str) -> int:
    """How many characters two texts share at their beginning."""
    pairs = zip(text, parent, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def exported(service: Generation, attempts: Sequence[Attempt]) -> bytes:
    """All attempts as JSON, with the tokens of those whose answers are still kept."""
    rows = [_as_json(service, attempt) for attempt in attempts]
    return json.dumps(rows, ensure_ascii=False, indent=1).encode()


def _as_json(service: Generation, attempt: Attempt) -> dict[str, Any]:
    row: dict[str, Any] = {
        "number": attempt.number,
        "text": attempt.text,
        "seed": attempt.seed,
        "key": attempt.key,
        "parent": attempt.parent or None,
        "place": attempt.place,
        "token": attempt.token,
    }
    try:
        answer = service.answer(attempt.key)
    except InputError:
        return row
    return {**row, "tokens": [token_json(token, answer.text_of) for token in answer.tokens]}
