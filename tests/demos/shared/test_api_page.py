"""The page "Use via API": every endpoint with its tab, its words, and calls that can be copied."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import httpx
import pytest

from backend import Backend
from demos import TABS
from demos.page import build_page
from demos.shared import api_page
from demos.shared.calls import Page
from tests.serving import launched

ADDRESS = "http://127.0.0.1:7860/"


@pytest.fixture(scope="module")
def page() -> Page:
    return build_page(Backend("bundled"), TABS)


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    with launched(Backend("bundled"), TABS[2:3]) as address:
        yield address


def test_every_endpoint_stands_with_its_tab_and_says_what_it_does(page: Page) -> None:
    tabs = api_page.by_tab(page, ADDRESS)
    assert set(tabs) == {*(tab.ID for tab in TABS), api_page.OF_THE_PAGE}
    shown = {f"/{one['name']}" for endpoints in tabs.values() for one in endpoints}
    assert shown == page.get_api_info()["named_endpoints"].keys()
    assert all(one["about"] for endpoints in tabs.values() for one in endpoints)


def test_a_call_in_python_can_be_run_as_it_stands(page: Page) -> None:
    for endpoints in api_page.by_tab(page, ADDRESS).values():
        for one in endpoints:
            ast.parse(one["python"])
            assert f'api_name="/{one["name"]}"' in one["python"]
            assert ("handle_file(" in one["python"]) == (
                "import Client, handle_file" in one["python"]
            )


@pytest.mark.parametrize(("language", "title"), [("en", "Use via API"), ("zh", "通过 API 使用")])
def test_the_page_is_in_the_visitors_language(served: str, language: str, title: str) -> None:
    answer = httpx.get(f"{served}{api_page.PATH}", headers={"accept-language": language})
    assert f"<h1>{title}</h1>" in answer.text
    assert '<section id="classification">' in answer.text and f"{served}gradio_api" in answer.text
    assert "--mcp" in answer.text  # it was started without


def test_a_light_that_does_not_exist_is_not_written_into_the_page(served: str) -> None:
    answer = httpx.get(f'{served}{api_page.PATH}?__theme="><script>alert(1)</script>')
    assert "<script>alert" not in answer.text
