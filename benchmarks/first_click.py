"""The first example of each tab after a start, pressed in Chromium as soon as the page is there:
how soon its result stands there (what was saved of it), and how soon the live one has taken its
place."""

from __future__ import annotations

import time

from playwright.sync_api import Browser, Page, expect, sync_playwright

from backend import prepare
from benchmarks.table import show
from demos import TABS
from tests.browser.conftest import CHROMIUM_OPTIONS, PATIENCE, chromium_path
from tests.serving import serving


def main() -> None:
    print("The first example after a start, pressed at once (bar: its result within 3 s)")
    prepare.in_a_process_of_its_own()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_OPTIONS)
        warm_up(browser)
        for tab in TABS:
            shown, live = pressed(browser, tab.ID)
            show(f"{tab.ID}, the result is there", [shown], "s")
            show("... and live", [live], "s")
        browser.close()


def warm_up(browser: Browser) -> None:
    """The browser's own first page takes longer than any other."""
    with serving("--models", "bundled") as address:
        opened(browser, address).close()


def opened(browser: Browser, address: str) -> Page:
    page = browser.new_context(locale="en-US").new_page()
    page.goto(address)
    page.wait_for_selector("html.st-opened")
    return page


def pressed(browser: Browser, tab: str) -> tuple[float, float]:
    """Seconds from the click to the saved result, and to the run card of the live one."""
    with serving("--models", "bundled") as address:
        page = opened(browser, f"{address}?tab={tab}")
        begun = time.perf_counter()
        page.click(f"#st-example-{tab}-0")
        result = page.locator(f"#st-tab-{tab} .st-saved-part, #st-tab-{tab} [id$='-card'] dl")
        expect(result.first).to_be_visible(timeout=PATIENCE)
        shown = time.perf_counter() - begun
        card = page.locator(f"#st-tab-{tab} [id$='-card'] dl").first
        expect(card).to_be_visible(timeout=PATIENCE)
        live = time.perf_counter() - begun
        page.context.close()
    return shown, live
