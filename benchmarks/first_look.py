"""How soon there is something to see, with no model in memory: the saved result of each tab after
the page is there, and each step of a deck. In Chromium, as a visitor who has been here before."""

from __future__ import annotations

import time

from playwright.sync_api import Page, sync_playwright

from benchmarks.table import show
from demos import TABS
from demos.shared import decks
from tests.browser.conftest import CHROMIUM_OPTIONS, VIEWPORT, chromium_path
from tests.serving import serving

RUNS = 3
FIRST, STEP = 1.0, 0.5  # seconds: the bars
PAGE = "#st-tabs [role=tab]"  # the page is there
FOREVER = 120_000  # ms
# Asked at each frame; a locator asks at last only twice a second.
SEEN = """(selector) => [...document.querySelectorAll(selector)].some(
  (one) => one.checkVisibility({ visibilityProperty: true }))"""


def main() -> None:
    print(f"First look (bars: a tab's first content {FIRST:g} s after the page, a step {STEP:g} s)")
    with serving("--models", "bundled") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_OPTIONS)
        page = browser.new_context(locale="en-US", viewport=VIEWPORT).new_page()
        page.set_default_timeout(FOREVER)
        for tab in TABS:
            seconds = [first_content(page, address, tab.ID) for _ in range(RUNS + 1)]
            show(f"{tab.ID}: first content after the page", seconds[1:], "s")
        for tab in TABS[1:]:
            seconds = [after_a_click(page, address, tab.ID) for _ in range(RUNS)]
            show(f"{tab.ID}: first content after a click on its tab", seconds, "s")
        for name in ("opened by its link", "by an arrow key"):
            show(f"a deck's step, {name}", steps(page, address, name), "s")
        browser.close()


def first_content(page: Page, address: str, tab: str) -> float:
    page.goto("about:blank")
    page.goto(f"{address}?tab={tab}", wait_until="commit")
    page.wait_for_function(SEEN, arg=PAGE)
    begun = time.perf_counter()
    content(page, tab)
    return time.perf_counter() - begun


def after_a_click(page: Page, address: str, tab: str) -> float:
    page.goto(f"{address}?tab={TABS[0].ID}")
    page.wait_for_selector("html.st-opened")
    number = [one.ID for one in TABS].index(tab)
    begun = time.perf_counter()
    page.locator("#st-tabs > .tab-wrapper [role=tablist]:not([aria-hidden]) [role=tab]").nth(
        number
    ).click()
    content(page, tab)
    return time.perf_counter() - begun


def content(page: Page, tab: str) -> None:
    page.wait_for_function(SEEN, arg=f"#st-tab-{tab} .st-saved-part")


def steps(page: Page, address: str, name: str) -> list[float]:
    """Seconds until a step of a deck is drawn, for each step of all decks."""
    seconds = []
    for path in decks.paths():
        count = len(decks.read(path)["steps"])
        page.goto(f"{address}?present=1&deck={path.stem}&step=1")
        page.wait_for_selector(".dk-slide")
        for step in range(2, count + 1):
            begun = time.perf_counter()
            if name == "by an arrow key":
                page.keyboard.press("ArrowRight")
            else:
                page.goto(f"{address}?present=1&deck={path.stem}&step={step}", wait_until="commit")
            page.locator(".dk-controls", has_text=f"{step} / {count}").wait_for()
            seconds.append(time.perf_counter() - begun)
    return seconds
