"""Back, forward and reload: tabs, forms and results are where the visitor left them."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PATIENCE, Visit, at_rest, new_visit

PROMPT = "#generation-prompt textarea"
ANSWER = "#generation-answer .st-transcript"


@pytest.fixture(scope="module")
def address(tiny_generation_page: str) -> str:
    return tiny_generation_page


def ask(page: Page, prompt: str) -> None:
    page.fill(PROMPT, prompt)
    page.click("#generation-run")
    expect(page.locator("#generation-run")).to_be_enabled(timeout=PATIENCE)
    expect(page.locator(ANSWER)).to_contain_text(prompt, timeout=PATIENCE)
    over = page.locator(f"{ANSWER}[aria-busy=false]")
    expect(over).to_be_visible(timeout=PATIENCE)


def test_the_address_holds_the_form(visit: Visit) -> None:
    page = visit.open("?tab=generation&mode=completion")
    page.fill(PROMPT, "Once upon a time")
    page.wait_for_function("location.search.includes('prompt=Once+upon+a+time')")
    assert "mode=completion" in page.url


@pytest.mark.slow
def test_a_links_run_that_is_over_before_the_page_is_ready_is_no_earlier_result(
    visit: Visit,
) -> None:
    late = new_visit(visit.page.context, visit.address)
    late.page.add_init_script(
        "window.requestAnimationFrame = (then) => setTimeout(() => then(performance.now()), 1500)"
    )
    page = late.open("?tab=generation&mode=completion&prompt=A+link&max_new_tokens=2")
    expect(page.locator(f"{ANSWER}[aria-busy=false]")).to_contain_text("A link", timeout=PATIENCE)
    expect(page.locator(".st-kept")).to_have_count(0)


@pytest.mark.slow
def test_without_a_name_in_the_link_the_address_holds_the_first_tabs_form(visit: Visit) -> None:
    page = visit.open()
    page.fill(PROMPT, "Once upon a time")
    page.wait_for_function("location.search.includes('prompt=Once+upon+a+time')")
    assert "tab=generation" in page.url


def test_a_step_back_brings_the_form_and_the_result_of_the_run_before(visit: Visit) -> None:
    page = visit.open("?tab=generation&mode=completion")
    ask(page, "First text")
    ask(page, "Second text")
    page.go_back()
    expect(page.locator(PROMPT)).to_have_value("First text", timeout=PATIENCE)
    expect(page.locator(".st-kept").first).to_contain_text("First text")
    page.go_forward()
    expect(page.locator(PROMPT)).to_have_value("Second text", timeout=PATIENCE)
    expect(page.locator(".st-kept")).to_have_count(0)


@pytest.mark.slow
def test_a_reload_brings_form_and_result_back_and_runs_nothing(visit: Visit) -> None:
    page = visit.open("?tab=generation&mode=completion")
    ask(page, "Only text")
    page.reload()
    page.wait_for_selector("html.st-opened")
    expect(page.locator(".st-kept").first).to_contain_text("Only text", timeout=PATIENCE)
    expect(page.locator(PROMPT)).to_have_value("Only text")
    expect(page.locator("#generation-run")).to_be_enabled()


LEAVE_AT_THE_END = """() => {
  const button = document.querySelector("#generation-run");
  new MutationObserver(() => button.disabled || history.back())
    .observe(button, { attributeFilter: ["disabled"] });
}"""


@pytest.mark.slow
def test_a_result_that_is_left_the_moment_it_ends_is_kept_whole(visit: Visit) -> None:
    page = visit.open("?tab=generation&mode=completion")
    ask(page, "First text")
    page.fill(PROMPT, "Second text")
    page.evaluate(LEAVE_AT_THE_END)
    page.click("#generation-run")
    expect(page.locator(".st-kept").first).to_contain_text("First text", timeout=PATIENCE)
    page.reload()
    page.wait_for_selector("html.st-opened")
    page.go_forward()
    kept = page.locator(".st-kept .st-transcript")
    expect(kept).to_contain_text("Second text", timeout=PATIENCE)
    expect(kept).to_have_attribute("aria-busy", "false")


@pytest.mark.slow
def test_a_chat_goes_on_after_a_reload(visit: Visit) -> None:
    page = visit.open("?tab=generation")
    ask(page, "My first question")
    page.reload()
    page.wait_for_selector("html.st-opened")
    expect(page.locator(".st-kept").first).to_contain_text("My first question", timeout=PATIENCE)
    at_rest(page)  # the server has heard of the chat
    ask(page, "My second question")
    expect(page.locator(ANSWER)).to_contain_text("My first question")


@pytest.mark.slow
def test_a_result_that_no_longer_belongs_to_the_form_is_marked(visit: Visit) -> None:
    page = visit.open("?tab=generation&mode=completion")
    ask(page, "Some text")
    expect(page.locator(".st-stale")).to_have_count(0)
    page.fill(PROMPT, "Another text")
    expect(page.locator(".st-stale")).to_be_visible()
    page.fill(PROMPT, "Some text")
    expect(page.locator(".st-stale")).to_have_count(0)


@pytest.mark.slow
def test_a_chats_next_question_leaves_its_answer_unmarked(visit: Visit) -> None:
    page = visit.open("?tab=generation")
    ask(page, "My question")
    page.fill(PROMPT, "The next one")
    page.wait_for_timeout(200)
    expect(page.locator(".st-stale")).to_have_count(0)


@pytest.mark.slow
def test_inner_tabs_are_entries_of_the_history(
    visit: Visit, alone: Callable[[ModuleType], str]
) -> None:
    from demos.classification import tab as classification

    page = visit.page
    page.goto(alone(classification) + "?tab=classification")
    page.wait_for_selector("html.st-opened")
    page.get_by_role("tab", name="Teach it").click()
    page.wait_for_function("location.search.includes('view=teach')")
    page.go_back()
    page.wait_for_function("!location.search.includes('view=teach')")
    expect(page.get_by_role("tab", name="Classify", exact=True)).to_have_attribute(
        "aria-selected", "true", timeout=PATIENCE
    )
