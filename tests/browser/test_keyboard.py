"""Every action by keyboard: Tab reaches all there is to press or fill in, and a run is started,
stopped and looked into without a pointer."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from demos import TABS
from tests.browser.conftest import PATIENCE, Visit, at_rest

pytestmark = pytest.mark.slow  # every tab, by keyboard alone

MOST = 400  # presses; no tab has more to reach
# What a visitor can act on. Of tabs and radios Tab reaches one, arrow keys the others; a field for
# files is a button around an input that is not shown.
UNREACHED = """() => {
  const acts = 'a[href], button, input, textarea, select, summary, [role="tab"], [tabindex], ' +
    '[role="slider"], [role="button"], [role="option"], [onclick]';
  const groups = '[role="tablist"], [role="radiogroup"], [role="grid"], [role="listbox"], ' +
    '[role="toolbar"], [role="list"], [role="group"], fieldset, ol, ul, table, svg';
  const shown = { visibilityProperty: true, opacityProperty: true };
  const isSeen = (one) => one.checkVisibility(shown) &&
    one.getBoundingClientRect().width > 1 && !one.closest("[inert], [aria-hidden=true]");
  const reached = (one) => window.stReached.has(one);
  const inReachedGroup = (one) =>
    [...(one.closest(groups)?.querySelectorAll("*") ?? [])].some(reached);
  const isReached = (one) => reached(one) || one.closest('[role="listbox"]') || // of a menu
    (one.type === "radio" && [...document.getElementsByName(one.name)].some(reached)) ||
    (one.tabIndex < 0 && (inReachedGroup(one) || one.parentElement.closest(acts)));
  return [...document.querySelectorAll(acts)]
    .filter((one) => isSeen(one) && !one.disabled && one.type !== "file" && !isReached(one))
    .map((one) => one.outerHTML.slice(0, 160));
}"""
WATCH = """() => {
  window.stReached = new Set();
  document.addEventListener("focusin", ({ target }) => window.stReached.add(target));
}"""


def walk(page: Page) -> None:
    """Press Tab from the top of the page until the focus leaves it."""
    page.evaluate(WATCH)
    page.evaluate("document.activeElement.blur()")
    for press in range(MOST):
        page.keyboard.press("Tab")
        if press % 20 == 19 and page.evaluate(
            "document.activeElement === document.body || "
            "document.activeElement === [...window.stReached][0]"
        ):
            return


@pytest.mark.parametrize("tab", [tab.ID for tab in TABS])
def test_tab_reaches_all_there_is_to_act_on(visit: Visit, tab: str) -> None:
    page = visit.open(f"?tab={tab}")
    expect(page.locator(f"#st-tab-{tab} .st-saved").first).to_be_visible(timeout=PATIENCE)
    at_rest(page)
    walk(page)
    assert page.evaluate(UNREACHED) == []


def test_from_tab_to_tab_to_an_example_and_back_without_a_pointer(visit: Visit) -> None:
    page = visit.open()
    page.keyboard.press("3")
    expect(page.locator("#classification-text textarea")).to_be_visible()
    at_rest(page)
    example = page.get_by_role("button", name="Sarcasm", exact=True)
    example.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#classification-classify-card dl")).to_be_visible(timeout=PATIENCE)
    word = page.locator("#classification-why .st-word").first
    word.focus()
    page.keyboard.press("Space")
    expect(word).to_have_attribute("aria-pressed", "true")
    inner = page.locator("#classification-views [role=tab][aria-selected=true]").first
    inner.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_function("location.search.includes('view=zero_shot')")
    assert visit.complaints == []


def test_arrow_keys_lead_through_a_view_as_the_list_says(visit: Visit) -> None:
    page = visit.open("?tab=image_search")
    pictures = page.locator(".search-gallery button")
    pictures.first.focus()
    for key, number in {"ArrowRight": 1, "ArrowLeft": 0, "End": -1, "Home": 0}.items():
        page.keyboard.press(key)
        expect(pictures.nth(number)).to_be_focused()
    page.keyboard.press("1")
    at_rest(page)
    views = page.locator("#st-tab-attention .st-saved [id^=at-tab-]")
    views.first.focus()
    page.keyboard.press("ArrowRight")
    expect(views.nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("2")
    at_rest(page)
    tokens = page.locator("#st-tab-generation .st-saved .gl-token")
    tokens.first.focus()
    page.keyboard.press("ArrowRight")
    expect(tokens.nth(1)).to_be_focused()
