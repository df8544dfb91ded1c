"""What stands in the header: light or dark, the keys; and the way to the API."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest
from playwright.sync_api import Page, expect

from demos.generation import tab as generation
from demos.shared.strings import say
from tests.browser.axe import serious_in_any_light
from tests.browser.conftest import PHONE, Visit, at_rest

PROMPT = "#generation-prompt textarea"


@pytest.fixture(scope="module")
def address(alone: Callable[[ModuleType], str]) -> str:
    return alone(generation)


def is_dark(page: Page, dark: bool) -> None:
    expect(page.locator("body.dark")).to_have_count(int(dark))


def test_light_or_dark_is_chosen_and_kept(visit: Visit) -> None:
    page = visit.open()
    button = page.locator("#st-light")
    expect(button).to_have_attribute("aria-label", "Theme: as the system. Change to light")
    button.click()
    page.emulate_media(color_scheme="dark")
    at_rest(page)
    is_dark(page, False)  # chosen: the system does not matter
    button.click()
    is_dark(page, True)
    page.emulate_media(color_scheme="light")
    visit.open()
    is_dark(page, True)
    page.locator("#st-light").click()
    is_dark(page, False)  # as the system again
    assert visit.complaints == []


@pytest.mark.slow
def test_a_links_light_goes_before_what_was_chosen(visit: Visit) -> None:
    page = visit.open("?__theme=dark")
    is_dark(page, True)
    page.locator("#st-light").click()  # from dark to the system's
    is_dark(page, False)
    assert "__theme" not in page.url


@pytest.mark.slow
def test_a_frame_and_the_pages_beside_the_app_follow_the_choice(visit: Visit) -> None:
    page = visit.open()
    page.locator("#st-light").click()
    page.locator("#st-light").click()
    is_dark(page, True)
    for path in ("use-via-api", "?present=1"):
        page.goto(visit.address + path)
        is_dark(page, True)


@pytest.mark.slow
def test_the_keys_are_listed_and_can_be_switched_off(visit: Visit) -> None:
    page = visit.open()
    page.keyboard.press("?")
    dialog = page.locator("dialog.st-keys")
    expect(dialog).to_contain_text(say("en", "common.keys_present"))
    expect(dialog).to_contain_text(say("en", "common.keys_tokens"))
    assert serious_in_any_light(page, "dialog.st-keys") == []
    dialog.get_by_role("checkbox").uncheck()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.keyboard.press("?")
    expect(dialog).to_have_count(0)
    page.click("#st-keys-open")
    expect(dialog).to_be_visible()


@pytest.mark.slow
def test_each_key_does_what_the_list_says(journey: Visit) -> None:
    page = journey.open("?tab=attention")
    page.keyboard.press("2")
    expect(page.locator(PROMPT)).to_be_visible()
    at_rest(page)
    page.keyboard.press("/")
    expect(page.locator(PROMPT)).to_be_focused()
    page.keyboard.type("What is 2?/tp")
    expect(page.locator(PROMPT)).to_have_value("What is 2?/tp")
    expect(page.locator("dialog")).to_have_count(0)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#generation-run")).to_be_disabled()
    page.keyboard.press("Escape")
    expect(page.locator("#generation-run")).to_be_enabled()
    page.evaluate("document.activeElement.blur()")
    take_away = page.locator("#st-tab-generation").get_by_role("button", name="Take it away")
    expect(take_away).to_be_visible()  # once the result is drawn
    page.keyboard.press("t")
    expect(page.locator("dialog.ta")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("p")
    expect(page).to_have_url(f"{journey.address}?present=1")


@pytest.mark.slow
def test_the_form_folds_for_a_projector_and_unfolds_to_be_written_in(visit: Visit) -> None:
    page = visit.open()
    result = page.locator("#generation-answer")
    before = result.bounding_box()
    page.keyboard.press("f")
    expect(page.locator(PROMPT)).to_be_hidden()
    expect(page.locator("#st-fold")).to_have_attribute("aria-pressed", "true")
    after = result.bounding_box()
    assert before and after and after["width"] > 1.4 * before["width"]
    page.keyboard.press("/")
    expect(page.locator(PROMPT)).to_be_focused()
    page.locator("#st-fold").click()
    expect(page.locator(PROMPT)).to_be_hidden()
    page.keyboard.press("Control+Enter")  # as if it were there
    expect(page.locator("#generation-answer .st-error")).to_be_visible()
    assert visit.complaints == []


@pytest.mark.slow
def test_the_api_of_the_open_tab_is_one_click_away(visit: Visit) -> None:
    page = visit.open()
    link = page.get_by_role("link", name="Use via API")
    with page.context.expect_page() as opened:
        link.click()
    docs = opened.value
    expect(docs).to_have_url(f"{visit.address}use-via-api#generation")
    expect(docs.locator("#generation h2")).to_be_in_viewport()
    assert serious_in_any_light(docs) == []


@pytest.mark.slow
def test_on_a_phone_the_header_fits_and_needs_no_keys(visit: Visit) -> None:
    page = visit.page
    page.set_viewport_size(PHONE)
    visit.open()
    title = page.locator("#st-header h1").bounding_box()
    first = page.locator("#st-light").bounding_box()
    assert title and first and first["x"] >= title["x"] + title["width"]
    expect(page.locator("#st-keys-open")).to_be_hidden()


@pytest.mark.slow
def test_tokens_take_the_colours_of_the_light_that_is_switched_on(visit: Visit) -> None:
    page = visit.open("?tab=generation")
    token = page.locator("#st-tab-generation .st-saved .gl-token").first
    colour = "getComputedStyle(document.querySelector('.st-saved .gl-token')).backgroundColor"
    by_day = page.evaluate(colour)
    page.emulate_media(color_scheme="dark")
    is_dark(page, True)
    expect(token).not_to_have_css("background-color", by_day)
    page.emulate_media(color_scheme="light")
    expect(token).to_have_css("background-color", by_day)
