"""A Chinese text in the generation tab, on the page in Chinese, with the bundled models."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType

import pytest
from playwright.sync_api import Browser, expect

from demos.generation import tab as generation
from demos.shared.strings import say
from tests.browser.conftest import PATIENCE, VIEWPORT, Visit, new_visit

CARD, FIELD = "#generation-card", "#generation-prompt textarea"


@pytest.fixture
def visit(browser: Browser, alone: Callable[[ModuleType], str]) -> Iterator[Visit]:
    """A visitor whose browser asks for Chinese."""
    context = browser.new_context(viewport=VIEWPORT, locale="zh-CN")
    yield new_visit(context, alone(generation))
    context.close()


@pytest.mark.slow
def test_the_english_model_says_that_it_knows_no_chinese_and_the_verse_writer_takes_over(
    visit: Visit,
) -> None:
    page = visit.open("?tab=generation&prompt=明月几时有&max_new_tokens=12&seed=1")
    expect(page.locator(CARD)).to_contain_text("没有学过中文", timeout=PATIENCE)
    page.get_by_role("button", name=say("zh", "generation.to_verse")).click()
    expect(page.locator(CARD)).to_contain_text("verse writer", timeout=PATIENCE)
    expect(page.locator(CARD)).not_to_contain_text("没有学过中文")
    expect(page.locator("#generation-answer")).to_contain_text("明月几时有")
    expect(page.locator(FIELD)).to_have_value("明月几时有")
    assert visit.outside == [] and visit.complaints == []


@pytest.mark.slow
def test_a_poem_is_one_click_and_an_english_example_after_it_has_the_english_model(
    visit: Visit,
) -> None:
    page = visit.open("?tab=generation")
    page.get_by_role("button", name=say("zh", "generation.example.verse"), exact=True).click()
    expect(page.locator(CARD)).to_contain_text("verse writer", timeout=PATIENCE)
    expect(page.locator("#generation-answer")).to_contain_text("。")
    page.get_by_role("button", name=say("zh", "generation.example.greedy"), exact=True).click()
    expect(page.locator(CARD)).to_contain_text("SmolLM2", timeout=PATIENCE)
    assert visit.outside == [] and visit.complaints == []
