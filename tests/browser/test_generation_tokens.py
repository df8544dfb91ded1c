"""The token inspector as a visitor uses it."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import ModuleType

import pytest
from playwright.sync_api import Page, expect

from demos.generation import tab as generation
from tests.browser.conftest import PATIENCE, Visit

LINK = "?tab=generation&mode=completion&prompt=The+capital+of+France+is&seed=7&max_new_tokens=12"
READ = "?tab=generation&mode=read&prompt=The+cat+sat+on+the+parliament."
ANSWER = "#generation-answer .st-transcript"
CARD = "#generation-card .st-card"


@pytest.fixture(scope="module")
def address(alone: Callable[[ModuleType], str]) -> str:
    return alone(generation)


def opened(visit: Visit, link: str = LINK) -> Page:
    page = visit.open(link)
    expect(page.locator(CARD)).to_be_visible(timeout=PATIENCE)
    # The hint comes with the finished tokens: those that stream cannot be opened yet.
    expect(page.locator(".gl-hint").first).to_have_text(re.compile(r"\w"), timeout=PATIENCE)
    return page


def test_a_token_opens_what_else_could_have_stood_there_and_how_it_was_chosen(visit: Visit) -> None:
    page = opened(visit)
    page.locator(".gl-token").nth(2).click()
    expect(page.locator(".gl-list li")).to_have_count(12)  # a head, ten, all others
    expect(page.locator(".gl-steps thead th")).to_have_count(6)
    expect(page.locator(".gl-steps tr.gl-is")).to_have_count(1)
    expect(page.locator(".gl-mark")).to_be_visible()
    assert visit.outside == [] and visit.complaints == []


@pytest.mark.slow
def test_the_tokens_together_are_the_answer(visit: Visit) -> None:
    page = opened(visit)
    written = page.locator("#generation-answer div .st-written").last.text_content() or ""
    tokens = "".join(page.locator(".gl-token").all_text_contents())
    assert re.sub("[⏹…]", "", tokens) == written


@pytest.mark.slow
def test_arrow_keys_go_from_token_to_token_and_enter_opens(visit: Visit) -> None:
    page = opened(visit)
    page.locator(".gl-token").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator(".gl-token").nth(2)).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".gl-steps")).to_be_visible()


@pytest.mark.slow
def test_an_alternative_is_gone_on_with(visit: Visit) -> None:
    page = opened(visit)
    tokens = page.locator(".gl-token")
    kept, old = tokens.all_text_contents()[:2], tokens.nth(2).text_content()
    tokens.nth(2).click()
    rows = page.locator(".gl-list li", has=page.locator(".gl-go"))
    expect(rows).to_have_count(10)
    texts = [text.replace("␣", " ") for text in rows.locator("code").all_text_contents()]
    at = next(n for n, text in enumerate(texts) if text != old and text.strip().isalpha())
    rows.nth(at).locator(".gl-go").click()
    expect(page.locator(CARD)).to_contain_text("branch of an earlier answer", timeout=PATIENCE)
    expect(tokens.nth(2)).to_have_text(texts[at], timeout=PATIENCE)
    assert tokens.all_text_contents()[:2] == kept
    expect(page.locator("#generation-answer")).to_contain_text(texts[at].strip())


@pytest.mark.slow
def test_colours_follow_the_chosen_measure_and_spaces_can_be_seen(visit: Visit) -> None:
    page = opened(visit)
    before = page.locator(".gl-token").nth(1).get_attribute("style")
    page.get_by_role("button", name="uncertainty").click()
    expect(page.locator(".gl-token").nth(1)).not_to_have_attribute("style", before or "")
    page.get_by_role("button", name="show spaces").click()
    expect(page.locator(".gl-text")).to_contain_text("·")


@pytest.mark.slow
def test_a_text_that_is_read_is_not_continued_but_judged(visit: Visit) -> None:
    page = opened(visit, READ)
    expect(page.locator("#generation-card")).to_contain_text("perplexity")
    expect(page.locator(".gl-surprising")).to_contain_text("parliament")
    page.locator(".gl-surprising button").first.click()
    expect(page.locator(".gl-list li")).to_have_count(12)
    expect(page.locator(".gl-list .gl-go")).to_have_count(0)
    assert visit.complaints == []


@pytest.mark.slow
def test_a_new_chat_clears_the_tokens(visit: Visit) -> None:
    page = opened(visit)
    page.get_by_role("button", name="New chat").click()
    expect(page.locator(".gl:not(.st-saved .gl)")).to_have_count(0)


@pytest.mark.slow
def test_a_new_chat_ends_the_answer_that_is_being_written(visit: Visit) -> None:
    page = visit.open("?tab=generation&prompt=Tell+me+a+long+story&max_new_tokens=200&seed=1")
    expect(page.locator(ANSWER)).to_contain_text(re.compile(r"Model\w+"), timeout=PATIENCE)
    page.get_by_role("button", name="New chat").click()
    expect(page.locator("#generation-answer")).not_to_contain_text("long story")
    page.fill("#generation-prompt textarea", "Say yes.")
    page.click("#generation-run")
    expect(page.locator(ANSWER)).to_contain_text("Say yes.", timeout=PATIENCE)
    expect(page.locator(f"{ANSWER}[aria-busy=false]")).to_be_visible(timeout=PATIENCE)
    expect(page.locator(ANSWER)).not_to_contain_text("long story")
