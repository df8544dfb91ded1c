"""Answers that branch off one another as a visitor uses them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from playwright.sync_api import Page, expect

from demos.generation import tab as generation
from tests.browser.conftest import Visit
from tests.browser.test_generation_tokens import opened

MENU, ANSWER = "#generation-branches", "#generation-answer"


@pytest.fixture(scope="module")
def address(alone: Callable[[ModuleType], str]) -> str:
    return alone(generation)


def branched(visit: Visit) -> Page:
    """An answer, and another that goes on from an alternative at its third token."""
    page = opened(visit)
    page.locator(".gl-token").nth(2).click()
    rows = page.locator(".gl-list li", has=page.locator(".gl-go"))
    expect(rows).to_have_count(10)
    pressed = page.locator(".gl-token").nth(2).text_content() or ""
    texts = [text.replace("␣", " ") for text in rows.locator("code").all_text_contents()]
    at = next(n for n, text in enumerate(texts) if text != pressed and text.strip().isalpha())
    rows.nth(at).locator(".gl-go").click()
    expect(page.locator(f"{MENU} label")).to_have_count(2, timeout=90_000)
    return page


@pytest.mark.slow
def test_what_was_tried_stays_and_is_reopened(visit: Visit) -> None:
    page = branched(visit)
    written = page.locator(f"{ANSWER} div .st-written").last
    second = written.text_content() or ""
    expect(page.locator(f"{MENU} label").nth(1)).to_contain_text("as token 3")
    page.locator(f"{MENU} input").first.check()
    expect(written).not_to_have_text(second)
    page.locator(f"{MENU} input").nth(1).check()
    expect(written).to_have_text(second)
    page.locator(".gl-token").nth(1).click()  # its tokens can be opened, too
    expect(page.locator(".gl-steps")).to_be_visible()
    assert visit.outside == [] and visit.complaints == []


@pytest.mark.slow
def test_answers_are_compared_and_saved(visit: Visit, tmp_path: Path) -> None:
    page = branched(visit)
    page.get_by_role("button", name="Compare them").click()
    expect(page.locator("#generation-compared li")).to_have_count(2)
    expect(page.locator("#generation-compared .br-shared").nth(1)).not_to_be_empty()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save all as JSON").click()
    file = tmp_path / "saved.json"
    download.value.save_as(file)
    rows = json.loads(file.read_text("utf-8"))
    assert [row["number"] for row in rows] == [1, 2] and rows[1]["place"] == 2


@pytest.mark.slow
def test_a_new_prompt_begins_anew(visit: Visit) -> None:
    page = branched(visit)
    page.fill("#generation-prompt textarea", "The capital of Spain is")
    page.click("#generation-run")
    expect(page.locator("#generation-run")).to_be_enabled(timeout=90_000)
    expect(page.locator(MENU)).to_be_hidden()
