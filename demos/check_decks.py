"""Checks decks: `python -m demos.check_decks [FILE ...]`; where none is named, all in assets/decks.

docs/decks.md says what a deck may hold.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from demos.shared import decks
from demos.shared.permalinks import Form

OF_A_DECK = {"title", "about", "steps"}
OF_A_STEP = {"title", "say", "formula", "look", "notes", "show", "tables", "sources"}
OF_A_TABLE = {"name", "rows", "top", "side", "heat"}
LANGUAGES = {"en", "zh"}


def main(names: Sequence[str]) -> int:
    """The process's exit code: 0 where every deck is right, else 1, after a line for each fault."""
    from backend import Backend
    from demos import TABS
    from demos.page import build_page

    forms = build_page(Backend("bundled"), TABS).forms
    faults = 0
    for path in [Path(name) for name in names] or decks.paths():
        for fault in check(path.read_text("utf-8"), forms):
            faults += 1
            print(f"{path}: {fault}", file=sys.stderr)
    return int(faults > 0)


def check(text: str, forms: Sequence[Form]) -> Iterator[str]:
    """What is wrong with a deck, a sentence each."""
    try:
        deck = json.loads(text)
    except ValueError as error:
        yield f"this is not JSON: {error}"
        return
    if not isinstance(deck, dict) or not isinstance(deck.get("steps"), list) or not deck["steps"]:
        yield 'a deck is an object with a "title" and a list of "steps", of one step or more'
        return
    yield from _unknown(deck, OF_A_DECK, "the deck")
    yield from _texts(deck, ("title", "about"), "the deck", required="title")
    for number, step in enumerate(deck["steps"], 1):
        yield from _step(step, f"step {number}", forms)


def _step(step: Any, name: str, forms: Sequence[Form]) -> Iterator[str]:
    if not isinstance(step, dict):
        yield f"{name} must be an object, not {step!r}"
        return
    yield from _unknown(step, OF_A_STEP, name)
    yield from _texts(step, ("title", "say", "look", "notes"), name, required="title")
    if not isinstance(step.get("formula", ""), str):
        yield f"{name}: the formula must be MathML in a text"
    for table in step.get("tables", []):
        yield from _table(table, name)
    for source in step.get("sources", []):
        if not isinstance(source, dict) or not isinstance(source.get("text"), str):
            yield f'{name}: a source is {{"text": ..., "link": ...}}, not {source!r}'
    if "show" in step:
        yield from _link(step["show"], name, forms)


def _unknown(found: dict[str, Any], known: set[str], name: str) -> Iterator[str]:
    for key in sorted(found.keys() - known):
        yield f"{name} has {key!r}; known are {', '.join(sorted(known))}"


def _texts(
    found: dict[str, Any], keys: Sequence[str], name: str, required: str = ""
) -> Iterator[str]:
    if required and not found.get(required):
        yield f"{name} has no {required}"
    for key in keys:
        text = found.get(key, "")
        if isinstance(text, dict):
            if not text.keys() <= LANGUAGES or not isinstance(text.get("en"), str):
                yield f'{name}: {key} is a text, or {{"en": ..., "zh": ...}}, not {text!r}'
        elif not isinstance(text, str):
            yield f"{name}: {key} must be a text, not {text!r}"


def _table(table: Any, name: str) -> Iterator[str]:
    rows = table.get("rows") if isinstance(table, dict) else None
    if not isinstance(rows, list) or not rows or not all(isinstance(row, list) for row in rows):
        yield f'{name}: a table has "rows", a list of lists'
        return
    yield from _unknown(table, OF_A_TABLE, f"{name}: a table")
    if len({len(row) for row in rows}) > 1:
        yield f"{name}: the rows of a table are of several lengths"
    for key, count in (("top", len(rows[0])), ("side", len(rows))):
        if key in table and len(table[key]) != count:
            yield f"{name}: a table has {len(table[key])} names at its {key} for {count}"


def _link(link: Any, name: str, forms: Sequence[Form]) -> Iterator[str]:
    query = dict(parse_qsl(str(link).removeprefix("?"), keep_blank_values=True))
    form = next((one for one in forms if one.tab == query.get("tab")), None)
    if form is None:
        yield f"{name} shows {link!r}; a link begins with ?tab= and one of " + ", ".join(
            form.tab for form in forms
        )
        return
    known = {"tab", *(param.name for param in form.params)}
    ignored = sorted({*form.read(query)[1], *(query.keys() - known)})
    if ignored:
        yield f"{name}: the tab {form.tab} cannot use these of the link: {', '.join(ignored)}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
