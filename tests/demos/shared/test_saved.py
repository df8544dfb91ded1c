"""Saved views as they are handed out: found by their link, alone in a frame, else the page."""

from __future__ import annotations

import json
import re

import pytest
from markupsafe import escape
from starlette.applications import Starlette
from starlette.testclient import TestClient

from demos.shared import saved, theme
from demos.shared.strings import LANGUAGES

LINK = "?tab=image_search&query=hat"
MAX_BYTES = 15_000_000  # of all views together


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=[saved.route(), *theme.routes()]), follow_redirects=False)


def test_every_view_of_the_index_is_there_in_both_languages_and_small() -> None:
    files = [saved.FOLDER / name for one in saved.index() for name in one["files"].values()]
    assert len(files) == len(set(files)) == len(LANGUAGES) * len(saved.index()) > 0
    views = [json.loads(file.read_text("utf-8")) for file in files]
    assert all(view["fragments"] for view in views)
    assert sum(file.stat().st_size for file in files) < MAX_BYTES
    assert not [text for text in map(str, views) if "__i18n__" in text or "/gradio" in text]


def test_no_view_has_an_error_or_a_wait_in_it() -> None:
    for file in saved.FOLDER.glob("*/*/*.json"):
        assert not re.search("st-error|st-loading", file.read_text("utf-8")), file.name


@pytest.mark.parametrize(
    "query",
    [LINK, "?query=hat&tab=image_search", f"{LINK}&embed=1&__theme=dark"],
    ids=["as it was saved", "in another order", "with what changes no result"],
)
def test_a_link_finds_its_view(query: str) -> None:
    found = saved.find(query)
    assert found is not None and found["query"] == LINK


@pytest.mark.parametrize("query", ["", "?tab=image_search", f"{LINK}&temperature=0.5", LINK[:-1]])
def test_another_link_finds_none(query: str) -> None:
    assert saved.find(query) is None


@pytest.mark.parametrize(("language", "run"), [("en", "Run it live"), ("zh", "现场运行")])
def test_a_frame_shows_the_view_in_the_visitors_language(
    client: TestClient, language: str, run: str
) -> None:
    answer = client.get(f"/frame{LINK}&__theme=dark", headers={"accept-language": language})
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in answer.text and '<body class="dark">' in answer.text
    name = re.search(r'data-view="([^"]+)"', answer.text)
    assert name and client.get(f"/{name.group(1)}").json()["words"]["run"] == run
    assert f'data-live="./{escape(LINK)}&amp;__theme=dark&amp;embed=1"' in answer.text


def test_a_link_without_a_saved_view_leads_to_the_page(client: TestClient) -> None:
    answer = client.get("/frame?tab=attention&text=Hello")
    assert answer.status_code == 307
    assert answer.headers["location"] == "./?tab=attention&text=Hello&embed=1"


def test_a_link_cannot_write_into_the_frame(client: TestClient) -> None:
    answer = client.get(f'/frame{LINK}&__theme="><script>alert(1)</script>')
    assert "<script>alert" not in answer.text
