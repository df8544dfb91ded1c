"""A real Chromium on the real app with the bundled model."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.serving import serving

CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
PATIENCE = 90_000  # ms; the first answer unpacks and loads the model
# Resolves once nothing changed on the page for `quiet` ms, nothing fades, the fonts are there.
AT_REST = """async (quiet) => {
  await document.fonts.ready;
  const fading = () => document.getAnimations().some((one) =>
    one.playState === "running" && one.effect.getComputedTiming().endTime !== Infinity);
  let changed = performance.now();
  const watch = new MutationObserver(() => (changed = performance.now()));
  const everything = { subtree: true, childList: true, attributes: true, characterData: true };
  watch.observe(document, everything);
  while (fading() || performance.now() - changed < quiet) {
    await new Promise((later) => setTimeout(later, 50));
  }
  watch.disconnect();
}"""
# What is expected comes when it comes: two cores may be busy with a model and another page.
expect.set_options(timeout=30_000)


def chromium_path() -> str | None:
    """Debian's Chromium where it is installed; None lets Playwright take its own."""
    return shutil.which("chromium")


@dataclass
class Visit:
    """A page, and what it did that a page should not."""

    page: Page
    address: str
    outside: list[str] = field(default_factory=list)  # requests to any other host
    complaints: list[str] = field(default_factory=list)  # console errors and uncaught exceptions

    def open(self, query: str = "") -> Page:
        self.page.goto(self.address + query)
        self.page.wait_for_selector("html.st-opened")
        return self.page


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    with serving("--models", "bundled") as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="en-US", viewport={"width": 1440, "height": 900})
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def visit(context: BrowserContext, address: str) -> Visit:
    """A first visit; its requests and complaints are recorded from the start."""
    return new_visit(context, address)


def new_visit(context: BrowserContext, address: str) -> Visit:
    visit = Visit(context.new_page(), address)
    visit.page.on("request", lambda request: _note_outside(visit, request.url))
    visit.page.on(
        "console",
        lambda said: visit.complaints.append(said.text) if said.type == "error" else None,
    )
    visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    return visit


def at_rest(page: Page) -> None:
    """Wait until the page has come to rest: what is looked at next is what a visitor sees."""
    page.evaluate(AT_REST, 250)


def _note_outside(visit: Visit, url: str) -> None:
    if not url.startswith((visit.address, "data:", "blob:")):
        visit.outside.append(url)
