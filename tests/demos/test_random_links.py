"""Thirty random states of each tab come back from their links: the same form, the same result."""

from __future__ import annotations

import hashlib
import json
import random
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import gradio as gr
import pytest

from backend import Backend
from demos import TABS
from demos.page import build_page
from demos.saved_views import final_values
from demos.shared.calls import Page
from demos.shared.permalinks import Form
from tests.links import random_state

STATES = 30


@pytest.fixture(scope="module")
def page(bundled_backend: Backend) -> Page:
    """All tabs, over models that are loaded once; no answer is kept, each run is computed."""
    return build_page(Backend("bundled", pool=bundled_backend.pool), TABS)


@pytest.fixture(params=[tab.ID for tab in TABS])
def form(page: Page, request: pytest.FixtureRequest) -> Form:
    return next(one for one in page.forms if one.tab == request.param)


def states(form: Form) -> list[dict[str, Any]]:
    return [random_state(form, random.Random(f"{form.tab} {number}")) for number in range(STATES)]


def restored(form: Form, values: dict[str, Any]) -> dict[str, Any]:
    """What the form holds after the values' link was opened."""
    query = form.query(values).removeprefix("?")
    found, ignored = form.read(dict(parse_qsl(query, keep_blank_values=True)))
    assert ignored == [], query
    return found


def test_a_link_restores_what_the_form_held(form: Form) -> None:
    for values in states(form):
        assert restored(form, values) == values


@pytest.mark.slow  # 60 runs of each tab, some minutes
def test_a_link_gives_the_same_result(page: Page, form: Form) -> None:
    for values in states(form):
        once = seen(final_values(page, form, values, "en"))
        again = seen(final_values(page, form, restored(form, values), "en"))
        assert once and again == once, form.query(values)


def seen(shown: dict[Any, Any]) -> dict[str, Any]:
    """What a visitor sees of a run, by place, without the times of the run cards."""
    return {
        f"{number} {part.elem_id}": timeless(value)
        for number, (part, value) in enumerate(shown.items())
        if isinstance(part, (gr.HTML, gr.Textbox)) and "st-card" not in str(value)
    }


def timeless(value: Any) -> Any:
    """A stage's JSON without seconds, its files as their content; a page's text without them."""
    if not isinstance(value, str):
        return value
    if not value.startswith("{"):
        return re.sub(r"\d[\d.,]* m?s\b", "", value)
    return json.loads(value, object_hook=_without_times)


def _without_times(found: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _content(value)
        for name, value in found.items()
        if "seconds" not in name and name not in ("key", "card", "id", "run")
    }


def _content(value: Any) -> Any:
    if isinstance(value, str) and value.startswith("/") and Path(value).is_file():
        return hashlib.sha256(Path(value).read_bytes()).hexdigest()
    return [_content(one) for one in value] if isinstance(value, list) else value
