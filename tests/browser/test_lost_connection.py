"""The connection is lost for four seconds in mid-answer: gradio loads the page again, and form,
result and chat come back with a line that says what happened."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from demos.shared.strings import say
from tests.browser.conftest import PATIENCE, Visit, first_visit
from tests.browser.test_history import ANSWER, PROMPT, ask
from tests.loopback_proxy import LoopbackProxy, loopback_proxy

pytestmark = pytest.mark.slow  # the page waits until it gives a connection up

LOST = 4000  # ms without a connection
SAID = say("en", "common.lost")


@pytest.fixture
def proxy(tiny_generation_page: str) -> Iterator[LoopbackProxy]:
    with loopback_proxy(tiny_generation_page) as proxy:
        yield proxy


@pytest.fixture
def behind_proxy(recorder: Visit, proxy: LoopbackProxy) -> Iterator[Visit]:
    yield from first_visit(recorder, proxy.address)


def lose(page: Page, proxy: LoopbackProxy) -> None:
    """Without a connection for a while; then the page is there again."""
    page.evaluate("window.stBefore = true")
    proxy.stop()
    page.wait_for_timeout(LOST)
    proxy.start()
    page.wait_for_function("!window.stBefore", timeout=PATIENCE)
    page.wait_for_selector("html.st-opened", timeout=PATIENCE)


def test_a_half_written_answer_comes_back_with_its_form(
    behind_proxy: Visit, proxy: LoopbackProxy, gate: threading.Event
) -> None:
    page = behind_proxy.open("?tab=generation&mode=completion&max_new_tokens=190")
    page.fill(PROMPT, "The last text before the tunnel")
    page.click("#generation-run")
    expect(page.locator(ANSWER)).to_contain_text("before the tunnel", timeout=PATIENCE)
    page.wait_for_timeout(800)  # some of it is written, and kept
    gate.clear()
    try:
        lose(page, proxy)
    finally:
        gate.set()
    expect(page.locator(".st-kept header").first).to_contain_text(SAID)
    expect(page.locator(".st-kept").first).to_contain_text("before the tunnel")
    expect(page.locator(PROMPT)).to_have_value("The last text before the tunnel")
    expect(page.locator("#generation-run")).to_be_enabled()
    assert "max_new_tokens=190" in page.url


def test_a_chat_comes_back_and_goes_on(
    behind_proxy: Visit, proxy: LoopbackProxy, gate: threading.Event
) -> None:
    page = behind_proxy.open("?tab=generation&max_new_tokens=8")
    ask(page, "My first question")
    page.fill(PROMPT, "My second question")
    gate.clear()
    try:
        page.click("#generation-run")
        expect(page.locator(ANSWER)).to_contain_text("My second question", timeout=PATIENCE)
        page.wait_for_timeout(1000)
        lose(page, proxy)
    finally:
        gate.set()
    expect(page.locator(".st-kept header").first).to_contain_text(SAID)
    expect(page.locator(".st-kept").first).to_contain_text("My first question")
    page.wait_for_timeout(500)  # the server has heard of the chat
    ask(page, "My third question")
    expect(page.locator(ANSWER)).to_contain_text("My first question")


def test_a_page_that_lost_it_while_nothing_ran_says_so_at_the_next_run(
    behind_proxy: Visit, proxy: LoopbackProxy
) -> None:
    page = behind_proxy.open("?tab=generation&mode=completion&max_new_tokens=8")
    ask(page, "Before")
    page.wait_for_timeout(1000)
    proxy.stop()
    page.wait_for_timeout(LOST)
    proxy.start()
    expect(page.locator(ANSWER)).to_contain_text("Before")
    page.fill(PROMPT, "After")
    page.click("#generation-run")
    expect(page.locator(".st-kept header, .st-transcript").first).to_contain_text(
        re.compile(f"{SAID}|After"), timeout=PATIENCE
    )
    expect(page.locator(PROMPT)).to_have_value("After")
