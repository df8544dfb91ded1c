"""What am I seeing: the part about the open view is unfolded, terms say their sentence, by pointer,
by keyboard and by touch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType

import pytest
from playwright.sync_api import Browser, Page, expect

from demos.classification import tab as classification
from tests.browser.axe import serious_in_any_light
from tests.browser.conftest import PHONE, Visit, each_tab, first_visit, new_visit


@pytest.fixture
def one_tab(recorder: Visit, alone: Callable[[ModuleType], str]) -> Iterator[Visit]:
    """A first visit to a page with one tab."""
    yield from first_visit(recorder, alone(classification))


def unfold(page: Page, tab: str) -> None:
    page.locator(f"#st-explain-{tab}").get_by_role("button", name="What am I seeing?").click()
    expect(page.locator(f"#st-explained-{tab} details[open]")).to_have_count(1)


@pytest.mark.parametrize("tab", each_tab())
def test_every_tab_explains_its_open_view(visit: Visit, tab: str) -> None:
    page = visit.open(f"?tab={tab}")
    unfold(page, tab)
    part = page.locator(f"#st-explained-{tab} details[open]")
    formula = part.locator("math").first.bounding_box()
    assert formula and formula["height"] > 12  # the browser draws it
    expect(part.locator("svg.st-drawing")).to_be_visible()
    expect(part).to_contain_text("What it does not show")
    assert serious_in_any_light(page, f"#st-explain-{tab}") == []
    assert visit.complaints == [] and visit.outside == []


@pytest.fixture
def slow_machine(one_tab: Visit) -> Iterator[None]:
    """The browser computes a tenth as fast."""
    session = one_tab.page.context.new_cdp_session(one_tab.page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 10})
    yield
    session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    session.detach()


@pytest.mark.slow
@pytest.mark.usefixtures("slow_machine")
def test_the_part_that_is_unfolded_follows_the_inner_tab(one_tab: Visit) -> None:
    page = one_tab.open("?tab=classification&view=teach")
    unfold(page, "classification")
    shown = page.locator("#st-explained-classification details[open]")
    expect(shown).to_have_attribute("data-view", "teach")
    page.locator("#classification-views").get_by_role("tab", name="Masked word").click()
    expect(shown).to_have_attribute("data-view", "masked")
    page.locator("#st-explained-classification summary", has_text="Compare").click()
    expect(shown).to_have_count(2)  # what the visitor unfolds stays beside it


@pytest.mark.slow
def test_a_term_says_its_sentence_to_pointer_and_keyboard(one_tab: Visit) -> None:
    page = one_tab.open()
    unfold(page, "classification")
    term = page.locator("#st-explained-classification details[open] .st-term").first
    said = page.get_by_role("tooltip")
    term.hover()
    expect(said).to_contain_text("A small part trained for one task")
    page.mouse.move(0, 0)
    expect(said).to_have_count(0)
    term.focus()
    expect(said).to_be_visible()
    expect(term).to_have_attribute("aria-describedby", "st-meaning")
    page.keyboard.press("Escape")
    expect(said).to_have_count(0)


@pytest.mark.slow
def test_on_a_phone_a_tap_says_it_in_the_visitors_language(
    browser: Browser, alone: Callable[[ModuleType], str]
) -> None:
    context = browser.new_context(
        locale="zh-CN", viewport=PHONE, has_touch=True, reduced_motion="reduce"
    )
    page = new_visit(context, alone(classification)).open()
    page.locator("#st-explain-classification").get_by_role("button").first.click()
    term = page.locator("#st-explained-classification details[open] .st-term").first
    term.tap()
    said = page.get_by_role("tooltip")
    expect(said).to_contain_text("在多个任务共用的网络上")
    box = said.bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    context.close()
