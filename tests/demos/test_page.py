"""What a page that opens begins to load."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from backend import Backend
from demos import TABS
from demos.page import build_page


class Noting(Backend):
    """Notes what is loaded ahead, and loads nothing."""

    def __init__(self) -> None:
        super().__init__("bundled")
        self.noted: list[tuple[str, str]] = []

    def load_ahead(self, *first: tuple[str, str]) -> None:
        self.noted += first


@pytest.fixture(scope="module")
def backend() -> Noting:
    return Noting()


@pytest.fixture(scope="module")
def page(backend: Noting) -> gr.Blocks:
    return build_page(backend, TABS)


@pytest.fixture(autouse=True)
def nothing_noted(backend: Noting) -> Iterator[None]:
    backend.noted.clear()
    yield


def opened(page: gr.Blocks, **query: str) -> None:
    """As the browser calls it when the page has opened at this address."""
    request = SimpleNamespace(query_params=query, headers={}, session_hash="ann")
    [open_link] = [one.fn for one in page.fns.values() if one.name == "open_link"]
    assert open_link is not None
    open_link(request)


def changed(page: gr.Blocks) -> Any:
    """What is called when the visitor has chosen another tab."""
    [load] = [one.fn for one in page.fns.values() if getattr(one.fn, "func", None) is not None]
    return load


FIRST = {
    "attention": ["minilm-attention"],
    "generation": ["smollm2-135m"],
    "classification": ["multilingual-e5-small", "sentiment-expert", "emotion-expert"],
    "image_search": ["pictogram-search"],
    "text_to_image": ["pictogram-painter"],
    "captioning": ["pictogram-captioner", "pictogram-search"],
}


@pytest.mark.parametrize("tab", FIRST)
def test_the_open_tabs_bundled_models_load_while_the_page_is_read(
    page: gr.Blocks, backend: Noting, tab: str
) -> None:
    opened(page, tab=tab)
    assert [backend.plan(task, model)[0].id for task, model in backend.noted] == FIRST[tab]


@pytest.mark.parametrize("query", [{}, {"tab": "no such tab"}])
def test_without_a_name_it_is_the_first_tab(
    page: gr.Blocks, backend: Noting, query: dict[str, str]
) -> None:
    opened(page, **query)
    assert [task for task, _ in backend.noted] == ["attention-encoder"]


def test_a_tab_that_the_visitor_chooses_loads_then(page: gr.Blocks, backend: Noting) -> None:
    load = changed(page)
    load("captioning")
    assert ("captioning", "") in backend.noted
    backend.noted.clear()
    load("")
    assert backend.noted == []
