"""Two models side by side, as a visitor uses them: on two tiny ones made on the spot."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from demos.generation import tab as generation
from demos.page import build_page, launch_options
from tests.backend.fakes import two_rows
from tests.browser.conftest import PATIENCE, Visit, new_visit

ASK = "?tab=generation&mode=versus&prompt=The+fox&seed=3&max_new_tokens=6"
ANSWER, COLUMNS = "#generation-answer", "#generation-answer .st-side-by-side"


@pytest.fixture
def two(tiny_lm: Any) -> Iterator[str]:
    """The address of a page of this tab alone, with a large and a small model."""
    page = build_page(two_rows(lambda *_: tiny_lm), [generation])
    _, address, _ = page.launch(
        server_name="127.0.0.1", prevent_thread_lock=True, quiet=True, **launch_options(None)
    )
    yield address
    page.close()


def test_two_models_answer_beside_each_other(window: Page, two: str) -> None:
    visit = new_visit(window.context, two)
    page = visit.open(ASK + "&model=large&second=small")
    expect(page.locator(ANSWER)).to_contain_text("4.0 times as many parameters", timeout=PATIENCE)
    expect(page.locator(f"{COLUMNS} > h3")).to_have_text(["Large", "Small"])
    expect(page.locator(f"{COLUMNS} .st-card")).to_have_count(2)
    assert visit.outside == [] and visit.complaints == []
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(COLUMNS)).to_have_count(2, timeout=PATIENCE)


@pytest.mark.slow
def test_where_there_is_one_model_it_says_before_the_run_that_it_answers_twice(
    visit: Visit,
) -> None:
    page = visit.open("?tab=generation")
    plan = page.locator("#generation-plan")
    expect(plan).to_be_empty()
    page.get_by_role("radio", name="Two models").click()
    expect(plan).to_contain_text("so it answers twice", timeout=PATIENCE)
    page = visit.open(ASK)
    expect(page.locator(ANSWER)).to_contain_text("so it answers twice", timeout=PATIENCE)
    expect(page.locator(COLUMNS)).to_have_count(2)
    expect(page.locator(ANSWER)).to_contain_text("makes things up")
