"""The text generation tab as a visitor uses it, over a tiny model: what it says is no matter."""

from __future__ import annotations

import re
import threading

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import serious_in_any_light
from tests.browser.conftest import PATIENCE, Visit

RUN, STOP = "#generation-run", "#generation-stop"
PROMPT, ANSWER, CARD = "#generation-prompt textarea", "#generation-answer", "#generation-card"
SHORT = "?tab=generation&max_new_tokens=8&seed=1"
# A penalty below 1 rewards tokens that are there already, which the end of text is not: on these
# prompts it stays 16 logits or more behind, so no processor's rounding can let it win.
ENDLESS = (
    "?tab=generation&max_new_tokens=2000&mode=completion&strategy=greedy&repetition_penalty=0.5"
)


@pytest.fixture(scope="module")
def address(tiny_generation_page: str) -> str:
    return tiny_generation_page


def ask(page: Page, prompt: str) -> None:
    page.fill(PROMPT, prompt)
    page.click(RUN)


def finished(page: Page) -> None:
    expect(page.locator(CARD)).to_contain_text("tokens written", timeout=PATIENCE)
    expect(page.locator(RUN)).to_be_enabled()
    # It is seen once the result above it is drawn.
    expect(page.locator(CARD)).to_be_visible()


def test_a_link_restores_and_runs_and_says_what_it_left_out(visit: Visit) -> None:
    page = visit.open(SHORT + "&prompt=Hello&temperature=hot&top_k=-3&nonsense=1")
    finished(page)
    expect(page.locator(ANSWER)).to_contain_text("Hello")
    notice = page.locator("#st-tab-generation .st-notice").first
    expect(notice).to_contain_text("temperature")
    expect(notice).to_contain_text("top_k")
    assert "nonsense" not in notice.inner_text()


@pytest.mark.slow
def test_the_same_link_gives_the_same_answer_again(visit: Visit) -> None:
    page = visit.open(SHORT + "&prompt=Tell+me+a+story")
    finished(page)
    other = page.context.new_page()  # the same one would show what it has kept
    other.goto(page.url)
    finished(other)
    assert other.locator(ANSWER).inner_text() == page.locator(ANSWER).inner_text()
    other.close()


@pytest.mark.slow
def test_a_copied_link_holds_prompt_and_seed_of_the_run_on_screen(visit: Visit) -> None:
    page = visit.open("?tab=generation&max_new_tokens=8&prompt=A+question")
    finished(page)
    answer = page.locator(ANSWER).inner_text()
    page.click("#st-tab-generation .st-copy-link")
    page.wait_for_url(re.compile("prompt=A\\+question.*seed="))
    expect(page.locator("#st-tab-generation").get_by_label("Link to this")).to_have_value(page.url)
    assert "max_new_tokens=8" in page.url
    other = page.context.new_page()  # the same one would show what it has kept
    other.goto(page.url)
    finished(other)
    assert other.locator(ANSWER).inner_text() == answer
    other.close()


def test_stop_keeps_what_was_written_and_frees_the_form(
    visit: Visit, gate: threading.Event
) -> None:
    gate.clear()  # not over before the page is there
    try:
        page = visit.open(ENDLESS + "&prompt=One+two+three+one+two+three")
    finally:
        gate.set()
    expect(page.locator(".st-growing")).to_be_visible(timeout=PATIENCE)
    page.click(STOP)
    expect(page.locator(CARD)).to_contain_text("Stopped by you", timeout=PATIENCE)
    expect(page.locator(RUN)).to_be_enabled()
    expect(page.locator(STOP)).to_be_disabled()


@pytest.mark.slow
def test_stop_before_the_first_token_gives_the_prompt_back(
    visit: Visit, gate: threading.Event
) -> None:
    page = visit.open(SHORT)
    gate.clear()
    ask(page, "A question that waits")
    expect(page.locator(PROMPT)).to_have_value("")
    expect(page.locator(".st-loading")).to_contain_text("Reading the prompt", timeout=PATIENCE)
    with page.expect_response("**/run/predict*"):  # the server knows of it
        page.click(STOP)
    gate.set()
    expect(page.locator(ANSWER)).to_contain_text(
        "Stopped before anything was made", timeout=PATIENCE
    )
    expect(page.locator(PROMPT)).to_have_value("A question that waits", timeout=PATIENCE)
    page.click(RUN)
    finished(page)


@pytest.mark.slow
def test_nothing_else_can_be_started_while_an_answer_grows(visit: Visit) -> None:
    page = visit.open(ENDLESS + "&prompt=On+and+on+and+on+and")
    expect(page.locator(".st-growing")).to_be_visible(timeout=PATIENCE)
    for name in ("Generate", "New chat", "Explain a rainbow", "Continue a story"):
        expect(page.get_by_role("button", name=name)).to_be_disabled()
    page.click(STOP)
    expect(page.locator(CARD)).to_contain_text("Stopped by you", timeout=PATIENCE)
    expect(page.get_by_role("button", name="Continue a story")).to_be_enabled()


@pytest.mark.slow
def test_an_example_starts_a_chat_of_its_own(visit: Visit) -> None:
    page = visit.open(SHORT + "&prompt=Hello")
    finished(page)
    page.get_by_role("button", name="Capitals, greedily").click()
    expect(page.locator(".st-user").last).to_contain_text("capital", timeout=PATIENCE)
    finished(page)
    expect(page.locator(".st-user")).to_have_count(1)


@pytest.mark.slow
def test_enter_sends_and_the_chat_goes_on(visit: Visit) -> None:
    page = visit.open(SHORT)
    page.fill(PROMPT, "My name is Ada.")
    page.press(PROMPT, "Enter")
    finished(page)
    expect(page.locator(PROMPT)).to_have_value("")
    ask(page, "What is my name?")
    expect(page.locator(".st-model")).to_have_count(2, timeout=PATIENCE)
    finished(page)
    expect(page.locator(".st-user")).to_have_count(2)
    page.get_by_role("button", name="New chat").click()
    expect(page.locator(ANSWER)).to_contain_text("one token at a time")


@pytest.mark.slow
def test_try_again_replaces_the_last_answer(visit: Visit) -> None:
    page = visit.open("?tab=generation&max_new_tokens=12&prompt=Name+a+colour&temperature=2")
    finished(page)
    first = page.locator(CARD).text_content() or ""
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(CARD)).not_to_have_text(first)
    finished(page)
    expect(page.locator(CARD)).not_to_have_text(first)  # another seed
    expect(page.locator(".st-model")).to_have_count(1)


def test_an_empty_prompt_gets_a_sentence_and_no_stack_trace(visit: Visit) -> None:
    page = visit.open("?tab=generation")
    page.click(RUN)
    expect(page.locator(".st-error")).to_contain_text("The prompt is empty")
    expect(page.locator(RUN)).to_be_enabled()


@pytest.mark.slow
def test_a_prompt_longer_than_the_context_says_how_long_and_offers_its_end(visit: Visit) -> None:
    page = visit.open("?tab=generation&max_new_tokens=4")
    page.fill(PROMPT, "word " * 20_000)  # 100,000 characters
    page.click(RUN)
    expect(page.locator(".st-error")).to_contain_text(
        re.compile(r"\d\d,\d{3} tokens"), timeout=PATIENCE
    )
    expect(page.locator(".st-error")).to_contain_text("has room for 2,044")
    page.get_by_role("button", name="Keep the end and try again").click()
    finished(page)


def test_markup_is_shown_and_never_run(visit: Visit) -> None:
    page = visit.open(SHORT)
    ask(page, "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'>")
    finished(page)
    expect(page.locator(".st-user")).to_contain_text("<script>window.hacked")
    assert page.evaluate("window.hacked") is None
    assert visit.outside == []


@pytest.mark.slow
def test_the_keyboard_alone_is_enough(visit: Visit) -> None:
    page = visit.open(SHORT)
    tab_until(page, "document.activeElement.matches('#generation-prompt textarea')")
    page.keyboard.type("Hi")
    tab_until(page, "document.activeElement.id === 'generation-run'")
    page.keyboard.press("Enter")
    finished(page)


@pytest.mark.slow
def test_two_visitors_are_answered_together_and_do_not_see_each_other(
    visit: Visit, address: str
) -> None:
    first = visit.open(ENDLESS + "&prompt=first+visitor,+first+visitor,+first")
    expect(first.locator(".st-growing")).to_be_visible(timeout=PATIENCE)
    second = visit.page.context.new_page()
    second.goto(address + SHORT + "&prompt=The+second+visitor")
    finished(second)
    expect(first.locator(".st-growing")).to_be_visible()
    first.click(STOP)
    assert "first visitor" not in second.locator(ANSWER).inner_text()
    assert "second visitor" not in first.locator(ANSWER).inner_text()


@pytest.mark.slow
def test_closing_the_page_in_mid_answer_frees_the_slot(visit: Visit, address: str) -> None:
    leaving = visit.page.context.new_page()
    leaving.goto(address + ENDLESS + "&prompt=I+leave,+I+leave,+I")
    expect(leaving.locator(".st-growing")).to_be_visible(timeout=PATIENCE)
    leaving.close()
    page = visit.open(SHORT + "&prompt=Is+there+a+place")
    finished(page)


@pytest.mark.slow
def test_a_result_and_the_settings_are_accessible(visit: Visit) -> None:
    page = visit.open(SHORT + "&prompt=Hello")
    finished(page)
    open_settings(page)
    assert serious_in_any_light(page) == []


def tab_until(page: Page, there: str) -> None:
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate(there):
            return
    raise AssertionError(f"30 presses of Tab did not lead to where {there}")


def open_settings(page: Page) -> None:
    page.locator("#generation-settings").get_by_role("button", name="Settings").click()
