"""A deck on the screen: keys, both languages, notes in a second window, one's own steps."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest
from playwright.sync_api import Browser, expect

from demos.attention import tab as attention
from tests.browser.axe import serious_in_any_light
from tests.browser.conftest import PATIENCE, Visit

DECK = "?present=1&deck=attention&step=3"


@pytest.fixture(scope="module")
def address(alone: Callable[[ModuleType], str]) -> str:
    return alone(attention)


def test_keys_lead_through_a_deck_and_the_address_follows(visit: Visit) -> None:
    page = visit.page
    page.goto(visit.address + DECK)
    expect(page.locator(".dk-slide h1")).to_have_text("One formula", timeout=PATIENCE)
    page.keyboard.press("ArrowRight")
    expect(page.locator(".dk-slide h1")).to_have_text("Three words by hand: the scores")
    expect(page.locator(".dk-table").first).to_contain_text("0.1")
    assert "step=4" in page.url
    page.go_back()
    expect(page.locator(".dk-slide h1")).to_have_text("One formula")
    page.keyboard.press("b")
    expect(page.locator("main")).to_be_hidden()
    page.keyboard.press("b")
    expect(page.locator("main")).to_be_visible()
    page.keyboard.press("Home")
    expect(page.locator(".st-saved .at-heat")).to_be_visible(timeout=PATIENCE)
    assert not visit.outside and not visit.complaints


@pytest.mark.slow
def test_notes_in_a_second_window_follow_and_lead(visit: Visit) -> None:
    page = visit.page
    page.goto(visit.address + DECK)
    expect(page.locator(".dk-slide h1")).to_be_visible(timeout=PATIENCE)
    with page.context.expect_page() as opened:
        page.keyboard.press("n")
    notes = opened.value
    expect(notes.locator(".dk-notes h1")).to_have_text("One formula", timeout=PATIENCE)
    expect(notes.locator(".dk-note")).to_contain_text("variance")
    expect(notes.locator("time")).to_contain_text(":")
    notes.locator("header button").nth(2).click()
    expect(page.locator(".dk-slide h1")).to_have_text("Three words by hand: the scores")
    page.keyboard.press("ArrowRight")
    expect(notes.locator(".dk-notes h1")).to_have_text("Softmax: the true rows")
    notes.close()


@pytest.mark.slow
@pytest.mark.parametrize("step", [1, 3, 7])
def test_a_step_is_readable_in_any_light(visit: Visit, step: int) -> None:
    page = visit.page
    page.goto(f"{visit.address}?present=1&deck=attention&step={step}")
    expect(page.locator(".dk-slide h1")).to_be_visible(timeout=PATIENCE)
    assert serious_in_any_light(page) == []


@pytest.mark.slow
def test_a_deck_is_in_the_visitors_language(browser: Browser, address: str) -> None:
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.goto(address + DECK)
    expect(page.locator(".dk-slide h1")).to_have_text("一个公式", timeout=PATIENCE)
    page.goto(address + "?present=1")
    expect(page.locator(".dk-all a").first).to_be_visible(timeout=PATIENCE)
    context.close()


@pytest.mark.slow
def test_what_a_tab_shows_becomes_a_step_of_ones_own_deck(visit: Visit) -> None:
    page = visit.open("?tab=attention")
    page.evaluate("localStorage.removeItem('st-deck-mine')")
    page.fill("#attention-text textarea", "The cat sat down.")
    page.click("#st-step-attention")
    line = page.locator(".st-step-saved")
    expect(line).to_contain_text("Step 1 of your own deck", timeout=PATIENCE)
    page.goto(visit.address + "?present=1&deck=mine&step=1")
    expect(page.locator(".dk-slide h1")).to_have_text("The cat sat down.", timeout=PATIENCE)
