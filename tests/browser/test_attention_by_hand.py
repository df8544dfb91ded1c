"""Attention by hand: exact while numbers are typed, and the newest answer stays."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import ModuleType

import pytest
from playwright.sync_api import Route, expect

from demos.attention import tab as attention
from tests.browser.attention_page import opened
from tests.browser.conftest import Visit


@pytest.fixture(scope="module")
def address(alone: Callable[[ModuleType], str]) -> str:
    return alone(attention)


def test_by_hand_is_exact_and_says_what_is_no_number(visit: Visit) -> None:
    page = opened(visit, view="hand")
    weights = page.locator(".at-hand-result table").nth(2).locator("td.at-num")
    expect(weights.first).to_have_text("0.193")  # exp(1/√3) / (2 exp(1/√3) + exp(3/√3))
    waves = page.locator(".at-panel canvas")
    assert (
        waves.evaluate(
            "(c) => new Set(c.getContext('2d').getImageData(0, 0, c.width, c.height).data).size"
        )
        > 100
    )
    page.get_by_label("Q The 1", exact=True).fill("0")
    expect(weights.first).to_have_text("0.168")  # 1 / (1 + exp(1/√3) + exp(2/√3))
    page.get_by_label("Q cat 2", exact=True).fill("x")
    expect(page.locator(".at-hand-result")).to_contain_text("Q, row 2, column 2 must be a number")
    page.get_by_label("Q cat 2", exact=True).fill("2")
    page.get_by_label("causal mask").check()
    expect(page.locator(".at-hand-result table").nth(1)).to_contain_text("−∞")


def test_a_late_answer_does_not_replace_a_newer_one(visit: Visit) -> None:
    page = opened(visit, view="hand")
    weights = page.locator(".at-hand-result table").nth(2).locator("td.at-num")
    expect(weights.first).to_have_text("0.193")
    kept_back: list[Route] = []
    page.route(
        re.compile("component_server"),
        lambda route: route.continue_() if kept_back else kept_back.append(route),
    )
    page.get_by_label("Q The 1", exact=True).fill("5")
    page.get_by_label("Q The 1", exact=True).fill("0")
    expect(weights.first).to_have_text("0.168")
    with page.expect_response(re.compile("component_server")):
        kept_back[0].continue_()
    page.wait_for_timeout(300)
    expect(weights.first).to_have_text("0.168")
