"""The page in a real browser: streaming while Chromium draws, how soon Stop stops, and how soon a
closed page lets go.

The slot's release is seen from outside: another visitor waits in line, the page is closed, and the
seconds run until that visitor has a first token, which includes reading a prompt of a few tokens.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from gradio_client import Client
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.generation import OPTIONS, PROMPT, ask, bare_generate, load_bare
from benchmarks.table import show, show_ratio
from tests.browser.conftest import CHROMIUM_OPTIONS, PATIENCE, chromium_path
from tests.serving import serving

# Greedy without a penalty repeats this for ever.
ENDLESS = {**OPTIONS, "max_new_tokens": 2000, "prompt": "I am first, I am first, I"}
RUNS = 3
IN_LINE = 1.5  # seconds after which the second visitor surely stands in line


def main() -> None:
    print("The page in Chromium, bundled model")
    with (
        serving("--models", "bundled", "--saved-results", "0") as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_OPTIONS)
        client = Client(address, verbose=False)
        ask(client)
        for name, begin in (("in mid-answer", writing), ("while a long prompt is read", reading)):
            waits = [next_visitor_after_close(browser, address, client, begin) for _ in range(RUNS)]
            show(f"closed {name}: next visitor's first token", waits, "s")
        alone = [first_token_at(client, time.perf_counter()) for _ in range(RUNS)]
        show("the same with nobody before (bar: at most 1 more)", alone, "s")
        stops = [stopped_after_click(browser, address) for _ in range(RUNS)]
        show("a click on Stop while an answer grows", stops, "s")
        compare(browser, address)
        browser.close()


def compare(browser: Browser, address: str) -> None:
    """Tokens per second on the page's run card and of bare `generate`, in turn."""
    lm = load_bare()
    bare_generate(lm)
    drawn, bare = [], []
    for _ in range(RUNS):
        bare.append(bare_generate(lm)[0])
        drawn.append(drawn_answer(browser, address))
    ours, theirs = show("page, drawn", drawn, "tokens/s"), show("bare generate", bare, "tokens/s")
    show_ratio("page / bare generate", ours / theirs, "none; two cores also draw")


def drawn_answer(browser: Browser, address: str) -> float:
    """Tokens per second of one answer, as the run card gives it."""
    page = opened(browser, address, **OPTIONS, prompt=PROMPT)
    page.wait_for_selector("#generation-card .st-figure", timeout=PATIENCE)
    figure = page.locator("#generation-card .st-figure b").first.inner_text()
    page.close()
    return float(figure.split()[0])


def stopped_after_click(browser: Browser, address: str) -> float:
    """Seconds from a click on Stop until the page says that the answer was stopped."""
    page = writing(browser, address)
    begun = time.perf_counter()
    page.click("#generation-stop")
    page.get_by_text("Stopped by you").wait_for(timeout=PATIENCE)
    seconds = time.perf_counter() - begun
    page.close()
    return seconds


def next_visitor_after_close(
    browser: Browser, address: str, client: Client, begin: Callable[[Browser, str], Page]
) -> float:
    """Seconds from closing a busy page to the first token of whoever is next in line."""
    page = begin(browser, address)
    with ThreadPoolExecutor(1) as pool:
        answered = pool.submit(first_token_at, client)
        time.sleep(IN_LINE)
        assert not answered.done(), "nobody had to wait"
        closed_at = time.perf_counter()
        page.close()
        return answered.result() - closed_at


def first_token_at(client: Client, since: float = 0.0) -> float:
    """When the first token of a short answer arrives (time.perf_counter), from `since` on."""
    answer = client.submit("Hello", max_new_tokens=1, strategy="greedy", api_name="/generate")
    return next(time.perf_counter() for part in answer if part["text"]) - since


def writing(browser: Browser, address: str) -> Page:
    """A page whose answer grows."""
    page = opened(browser, address, **ENDLESS)
    page.wait_for_selector(".st-growing", timeout=PATIENCE)
    return page


def reading(browser: Browser, address: str) -> Page:
    """A page whose prompt is long enough to be read for many seconds."""
    page = opened(browser, address, **{**ENDLESS, "prompt": ""})
    page.fill("#generation-prompt textarea", "word " * 6000)
    page.click("#generation-run")
    page.get_by_text("Reading the prompt").wait_for(timeout=PATIENCE)
    return page


def opened(browser: Browser, address: str, **values: object) -> Page:
    """The generation tab with these values in its link."""
    page = browser.new_page(locale="en-US")
    query = "&".join(f"{name}={value}" for name, value in values.items())
    page.goto(f"{address}?tab=generation&{query}".replace(" ", "+"))
    page.wait_for_selector("html.st-opened")
    return page
