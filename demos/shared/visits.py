"""Back, forward, reload: the form as the address holds it. What a run had left on the page the
browser keeps itself (`assets/web/shared/history.js`)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, cast
from urllib.parse import parse_qsl

import gradio as gr

from demos.shared import states
from demos.shared.handlers import LISTENER
from demos.shared.permalinks import Form
from demos.shared.stage import call, stage
from demos.shared.strings import language_of, say

SCRIPT = "shared/history.js"
MAX_KEPT = 400_000  # characters of what a tab keeps beside its result


def connect(
    page: gr.Blocks,
    bar: gr.Tabs,
    names: Sequence[str],
    forms: Sequence[Form],
    load_ahead: Callable[[str], None],
) -> None:
    """A page that opens, and each step in the browser's history, fills the form that the address
    names. An opened link runs, too, unless the browser has kept its result."""
    outputs = [bar, *(part for form in forms for part in _parts(form))]

    def open_link(request: gr.Request, said: str = "") -> list[Any]:
        query, opening = dict(request.query_params), _read(said)
        tab, selected = _chosen(query, names)
        load_ahead(tab)
        runs = opening.get("run") is not False
        text = _text(opening.get("text"))
        rows = [_opened(form, tab, query, language_of(request), runs, text) for form in forms]
        return [selected, *(value for row in rows for value in row)]

    def went(event: gr.EventData) -> list[Any]:
        told = event._data if isinstance(event._data, dict) else {}
        query = _query(told.get("query"))
        tab, selected = _chosen(query, names)
        rows = [_filled(form, tab, query, _text(told.get("kept"))) for form in forms]
        return [selected, *(value for row in rows for value in row)]

    opening = gr.Textbox("", visible="hidden")  # what the browser knows of this entry
    page.load(open_link, opening, outputs, js=call(SCRIPT, "onOpening"), **LISTENER).then(
        fn=None, js=call("app.js", "opened")
    )
    steps = stage("st-history", SCRIPT, events=["went"])
    steps.went(went, None, outputs, queue=False, **LISTENER).then(
        fn=None, js=call(SCRIPT, "filled")
    )
    for form in forms:
        _remember(form)


def _chosen(query: dict[str, str], names: Sequence[str]) -> tuple[str, Any]:
    """The tab that a query names, else the first; and the update that opens it. Without a name that
    is the one that is open, which the visitor may have chosen meanwhile."""
    named = query.get("tab") in names
    return (query["tab"], gr.Tabs(selected=query["tab"])) if named else (names[0], gr.skip())


def _remember(form: Form) -> None:
    """The address follows the form."""
    rows = [[param.name, param.default] for param in form.params]
    js = call(SCRIPT, "remember", form.tab, rows)
    changes = [part.change for part in cast("list[Any]", form.components)]
    gr.on(changes, fn=None, inputs=form.components, js=js)


def _opened(
    form: Form, tab: str, query: dict[str, str], language: str, runs: bool, text: str
) -> list[Any]:
    """Updates for one tab of a page that opens; nothing for a tab that the link does not name."""
    values, ignored = form.read(query)
    kept = _kept(form, text) if text and form.tab == tab else _kept(form)
    if form.tab != tab or not (values or ignored):
        return [*form.open({}), gr.skip(), *kept]
    note = say(language, "common.ignored", names=", ".join(ignored)) if ignored else ""
    return [*form.open(values, runs), states.notice(note), *kept]


def _filled(form: Form, tab: str, query: dict[str, str], text: str) -> list[Any]:
    """Updates for one tab: the form as the query has it, and no run."""
    if form.tab != tab:
        return [gr.skip()] * len(_parts(form))
    values, _ = form.read(query)
    filled = [values.get(param.name, param.default) for param in form.params]
    return [*filled, gr.skip(), gr.skip(), *_kept(form, text)]


def _parts(form: Form) -> list[Any]:
    return [*form.outputs, form.notice, *([form.kept.state] if form.kept else [])]


def _kept(form: Form, text: str | None = None) -> list[Any]:
    """Updates for what the tab keeps; without a text it stays as it is."""
    if form.kept is None:
        return []
    return [gr.skip() if text is None else form.kept.read(text)]


def _query(search: object) -> dict[str, str]:
    text = search if isinstance(search, str) else ""
    return dict(parse_qsl(text.removeprefix("?"), keep_blank_values=True))


def _read(said: object) -> dict[str, Any]:
    """What the browser says of a page that opens; nothing for what it cannot have said."""
    try:
        found = json.loads(str(said or "{}"))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= MAX_KEPT else ""
