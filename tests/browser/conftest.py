"""A real Chromium: one window for each worker, on the tab that a test is about.

Most modules serve their tab alone, from the test's own process (`address`): its page opens in a
quarter of the time that all six take, and the window is kept from test to test, emptied in between.
Tests of the page around the tabs, and one whole journey through each tab, take the `app` itself.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import pytest
from _pytest.mark import ParameterSet
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from backend import Backend
from backend.models.language_model import load_folder
from backend.models.pool import Pool
from demos import TABS
from demos.generation import tab as generation
from tests.backend.fakes import CPU, spec
from tests.serving import launched

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
VIEWPORT: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
TINY_STEP = 0.02  # seconds that the tiny model waits before each step
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


def each_tab(*ordinary: str) -> list[ParameterSet]:
    """A walk through all six tabs: `make test` takes it through the ones that are named, and
    `make test-all` through the rest as well."""
    marks = {tab.ID: () if tab.ID in ordinary else (pytest.mark.slow,) for tab in TABS}
    return [pytest.param(tab, marks=marks[tab]) for tab in marks]


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
def app(bundled_backend: Backend) -> Iterator[str]:
    """The address of the page with all six tabs, over the models that this worker has loaded.
    `python app.py` itself is tested in tests/test_app.py."""
    with launched(bundled_backend, TABS) as address:
        yield address


@pytest.fixture(scope="session")
def alone(bundled_backend: Backend) -> Iterator[Callable[[ModuleType], str]]:
    """Gives the address of a page with one tab alone, over the bundled models."""
    addresses: dict[str, str] = {}
    with ExitStack() as pages:

        def address_of(tab: ModuleType) -> str:
            if tab.ID not in addresses:
                addresses[tab.ID] = pages.enter_context(launched(bundled_backend, [tab]))
            return addresses[tab.ID]

        yield address_of


@pytest.fixture(scope="session")
def gate() -> threading.Event:
    """While it is not set, the tiny model of the page of text generation stands still."""
    gate = threading.Event()
    gate.set()
    return gate


@pytest.fixture(scope="session")
def tiny_generation_page(tiny_folder: Path, gate: threading.Event) -> Iterator[str]:
    """The address of the generation tab alone over a tiny random model, which takes its time: what
    is tested is the page, and an answer can be caught while it grows."""
    model = load_folder("Tiny", tiny_folder, CPU)
    model.model.register_forward_pre_hook(lambda *_: gate.wait(60) and time.sleep(TINY_STEP))
    pool = Pool(load=lambda *_: model, free=lambda _: 2**60)
    backend = Backend(
        models=(spec("small"),), pool=pool, device_for=lambda _: CPU, has_gpu=lambda: False
    )
    with launched(backend, [generation]) as address:
        yield address


@pytest.fixture(scope="module")
def address(app: str) -> str:
    """What `visit` opens. A module about one tab has its own: `alone(tab)`."""
    return app


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def window(browser: Browser) -> Iterator[Page]:
    """The one page that all visits share: a reload costs a third of a new window."""
    # Nothing moves that need not: each frame of an animation is drawn by the cores that count here.
    context = browser.new_context(locale="en-US", viewport=VIEWPORT, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def recorder(window: Page) -> Visit:
    return watched(Visit(window, ""))


@pytest.fixture
def visit(recorder: Visit, address: str) -> Iterator[Visit]:
    """A first visit to `address`; its requests and complaints are recorded from the start."""
    yield from first_visit(recorder, address)


@pytest.fixture
def journey(recorder: Visit, app: str) -> Iterator[Visit]:
    """A first visit to the app itself, whatever tab the module is about."""
    yield from first_visit(recorder, app)


def first_visit(visit: Visit, address: str) -> Iterator[Visit]:
    """`visit` as if nobody had been there; afterwards nothing of it is left."""
    visit.address = address
    visit.outside.clear()
    visit.complaints.clear()
    yield visit
    page = visit.page
    for other in page.context.pages:
        if other != page:
            other.close()
    page.unroute_all()
    if page.url.startswith(address):
        page.evaluate("localStorage.clear()")
    page.goto("about:blank")  # the server hears that the visitor has left
    page.context.clear_cookies()
    page.context.clear_permissions()
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(VIEWPORT)


def new_visit(context: BrowserContext, address: str) -> Visit:
    """Another visitor, in a window of their own."""
    return watched(Visit(context.new_page(), address))


def watched(visit: Visit) -> Visit:
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
