"""What a run in a model has left is kept, apart from what is worked by hand."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest
from playwright.sync_api import Route, expect

from demos.attention import tab as attention
from tests.browser import attention_page
from tests.browser.conftest import PATIENCE, Visit
from tests.browser.hand_page import cell


@pytest.fixture(scope="module")
def address(alone: Callable[[ModuleType], str]) -> str:
    return alone(attention)


@pytest.mark.slow
def test_a_run_before_it_is_kept_apart(visit: Visit) -> None:
    page = attention_page.opened(visit)
    page.get_by_role("tab", name="By hand").click()
    expect(cell(page, "weights", 1, 1)).to_have_text("0.299")
    page.reload()
    page.wait_for_selector("html.st-opened")
    cell(page, "embedding", 1, 1).fill("0.5")
    expect(cell(page, "x", 1, 1)).to_have_text("0.5")
    page.go_back()
    expect(page.locator("#attention-result .st-saved.st-kept .at-heads")).to_be_visible()
    page.get_by_role("tab", name="By hand").click()
    expect(page.locator(".at-hand-work .st-kept")).to_have_count(0)


@pytest.mark.slow
def test_a_run_whose_picture_comes_late_is_kept_with_it(visit: Visit) -> None:
    late: list[Route] = []

    def hold(route: Route) -> None:
        late.append(route)

    visit.page.route("**/attention/stage.js*", hold)
    page = visit.open(attention_page.link())
    expect(page.locator("#attention-card")).to_contain_text("heads in each", timeout=PATIENCE)
    expect(page.locator("#attention-card")).not_to_have_css("visibility", "hidden")
    for route in late:
        route.continue_()
    page.unroute("**/attention/stage.js*", hold)
    expect(page.locator(".at-heads canvas")).to_be_visible()
    page.get_by_role("tab", name="By hand").click()
    cell(page, "embedding", 1, 1).fill("0.5")
    expect(cell(page, "x", 1, 1)).to_have_text("0.5")
    page.reload()
    page.wait_for_selector("html.st-opened")
    page.go_back()
    expect(page.locator("#attention-result .st-saved.st-kept .at-heads")).to_be_visible()
