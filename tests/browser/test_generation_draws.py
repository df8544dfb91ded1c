"""Many samples at once, and what else can be done with an answer, as a visitor uses them."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import ModuleType

import pytest
from playwright.sync_api import Page, expect

from demos.generation import tab as generation
from tests.browser.conftest import PATIENCE, PHONE, Visit

DRAWS = (
    "?tab=generation&mode=draws&prompt=The+capital+of+France+is&seed=7&max_new_tokens=6&draws=12"
)
TREE, CARD = "#generation-samples", "#generation-card"
CHAT = "?tab=generation&seed=7&max_new_tokens=8&prompt=Hello"


@pytest.fixture(scope="module")
def address(alone: Callable[[ModuleType], str]) -> str:
    return alone(generation)


def drawn(visit: Visit, link: str = DRAWS) -> Page:
    page = visit.open(link)
    expect(page.locator(CARD)).to_contain_text("All samples are done", timeout=PATIENCE)
    return page


def band(page: Page) -> float:
    """The share of the thickest branch, as it is drawn."""
    style = page.locator(f"{TREE} .tr-branch").first.get_attribute("style") or ""
    return float(style.split(":")[1].strip(" ;"))


def test_samples_become_a_tree_with_greedy_and_beams_beside_it(visit: Visit) -> None:
    page = drawn(visit)
    expect(page.locator(f"{TREE} h3").first).to_have_text("12 samples of the same prompt")
    assert page.locator(f"{TREE} .tr-branch").count() > 3
    expect(page.locator(f"{TREE} section").first.locator("li")).to_have_count(1)
    expect(page.locator(f"{TREE} section").last.locator("li")).to_have_count(5)
    expect(page.locator(f"{TREE} .is-greedy").first).to_be_visible()
    assert visit.outside == [] and visit.complaints == []


@pytest.mark.slow
def test_the_slider_tells_what_another_temperature_would_do_without_asking(visit: Visit) -> None:
    page = drawn(visit)
    as_drawn = band(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    slider = page.locator(f"{TREE} input[type=range]")
    slider.focus()
    page.keyboard.press("Home")
    expect(page.locator(f"{TREE} .tr-value")).to_have_text("0.1")
    cold = band(page)
    page.keyboard.press("End")
    expect(page.locator(f"{TREE} [role=status]")).to_contain_text("at temperature 2")
    assert band(page) < cold
    page.get_by_role("button", name="As sampled").click()
    assert band(page) == as_drawn
    assert [url for url in asked if "heartbeat" not in url] == []


@pytest.mark.slow
def test_stop_keeps_the_samples_that_there_are(visit: Visit) -> None:
    page = visit.open(DRAWS.replace("max_new_tokens=6&draws=12", "max_new_tokens=40&draws=64"))
    expect(page.locator(f"{TREE} .tr-branch").first).to_be_visible(timeout=PATIENCE)
    page.click("#generation-stop")
    expect(page.locator(CARD)).to_contain_text("tokens written", timeout=PATIENCE)
    expect(page.locator(f"{TREE} .tr-branch").first).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()


@pytest.mark.slow
def test_the_tree_fits_a_phone(visit: Visit) -> None:
    page = drawn(visit)
    page.set_viewport_size(PHONE)
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not page.evaluate(wide)


@pytest.mark.slow
def test_an_answer_that_ran_out_of_room_is_written_on(visit: Visit) -> None:
    page = visit.open(CHAT)
    expect(page.locator(CARD)).to_contain_text("tokens written", timeout=PATIENCE)
    before = page.locator("#generation-answer .st-said").last.inner_text()
    page.get_by_role("button", name="Continue writing").click()
    expect(page.locator("#generation-answer .st-said").last).not_to_have_text(
        before, timeout=PATIENCE
    )
    expect(page.get_by_role("button", name="Try again")).to_be_visible(timeout=PATIENCE)
    after = page.locator("#generation-answer .st-said").last.inner_text()
    assert after.startswith(before[: len(before) // 2])
    expect(page.locator("#generation-answer .st-user")).to_have_count(1)


@pytest.mark.slow
def test_a_task_is_put_into_the_field_to_be_edited(visit: Visit) -> None:
    page = visit.open("?tab=generation&mode=completion")
    page.get_by_role("button", name="Answer from a passage").click()
    field = page.locator("#generation-prompt textarea")
    expect(field).to_have_value(re.compile("Passage: The lighthouse"))
    expect(page.get_by_role("radio", name="Chat")).to_be_checked()
    expect(page.locator("#generation-stop")).to_be_disabled()


@pytest.mark.slow
def test_the_last_question_comes_back_to_be_edited(visit: Visit) -> None:
    page = visit.open(CHAT)
    expect(page.locator(CARD)).to_contain_text("tokens written", timeout=PATIENCE)
    page.fill("#generation-prompt textarea", "And again")
    page.click("#generation-run")
    expect(page.locator("#generation-answer .st-user")).to_have_count(2)
    expect(page.get_by_role("button", name="Try again")).to_be_visible(timeout=PATIENCE)
    edit = page.get_by_role("button", name="Edit", exact=True)
    edit.last.click()
    expect(page.locator("#generation-prompt textarea")).to_have_value("And again")
    expect(page.locator("#generation-answer .st-user")).to_have_count(1)
    page.click("#generation-run")
    expect(page.get_by_role("button", name="Try again")).to_be_visible(timeout=PATIENCE)
    expect(edit).to_have_count(2)
    edit.first.click()  # an earlier one: both exchanges leave
    expect(page.locator("#generation-prompt textarea")).to_have_value("Hello")
    expect(page.locator("#generation-answer")).to_contain_text(re.compile("one token at a time"))
