"""The page around the tabs: the bar, the address, languages, embedding, no other host."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from types import ModuleType

import pytest
from playwright.sync_api import Browser, Page, expect

from demos import TABS
from demos.generation import tab as generation
from demos.shared.strings import CATALOGUE
from tests.browser.axe import serious_in_any_light
from tests.browser.conftest import PATIENCE, PHONE, Visit, at_rest, each_tab, first_visit, new_visit

IDS = [tab.ID for tab in TABS]
PROMPT, QUERY = "#generation-prompt textarea", "#image_search-query textarea"


@pytest.fixture
def small(recorder: Visit, alone: Callable[[ModuleType], str]) -> Iterator[Visit]:
    """A first visit to a page with one tab: for what is the same with six."""
    yield from first_visit(recorder, alone(generation))


def test_all_six_tabs_stand_in_the_bar_in_their_order_and_the_first_opens(visit: Visit) -> None:
    page = visit.open()
    labels = page.locator("#st-tabs > .tab-wrapper [role=tab]").all_inner_texts()
    assert labels == [CATALOGUE[f"tab.{tab}"][0] for tab in IDS]
    expect_chosen(page, IDS[0])


@pytest.mark.parametrize(
    "query", ["?tab=%3Cscript%3E", pytest.param("?tab=nonsense", marks=pytest.mark.slow)]
)
def test_an_unknown_tab_opens_the_first(visit: Visit, query: str) -> None:
    expect_chosen(visit.open(query), IDS[0])


@pytest.mark.parametrize("tab", each_tab())
def test_the_address_opens_its_tab_and_all_is_well_there(visit: Visit, tab: str) -> None:
    """No other host is asked, the console is silent, axe is content, and a phone is enough."""
    page = visit.open(f"?tab={tab}")
    expect_chosen(page, tab)
    assert f"tab={tab}" in page.url
    at_rest(page)
    page.wait_for_timeout(500)  # what asks later than that is no part of the opening
    assert visit.outside == [] and visit.complaints == []
    assert serious_in_any_light(page) == []
    page.set_viewport_size(PHONE)
    at_rest(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def expect_chosen(page: Page, tab: str) -> None:
    chosen = page.get_by_role("tab", name=CATALOGUE[f"tab.{tab}"][0], exact=True)
    expect(chosen).to_have_attribute("aria-selected", "true")


@pytest.mark.slow
def test_a_tab_and_a_tab_inside_it_are_mounted_when_they_are_chosen(visit: Visit) -> None:
    page = visit.open("?tab=generation")
    search, own = page.locator("#image_search-search-run"), page.locator("#image_search-own-run")
    expect(page.locator(PROMPT)).to_be_visible()
    expect(search).to_have_count(0)
    choose(page, "Image search")
    expect(search).to_be_visible()
    expect(own).to_have_count(0)
    choose(page, "Your pictures")
    expect(own).to_be_visible()
    assert visit.complaints == []


@pytest.mark.slow
def test_what_was_typed_is_still_there_after_a_look_at_another_tab(visit: Visit) -> None:
    page = visit.open("?tab=generation")
    page.fill(PROMPT, "Not sent yet")
    choose(page, "Image search")
    expect(page.locator(QUERY)).to_be_visible()
    at_rest(page)
    page.fill(QUERY, "red")
    choose(page, "Your pictures")
    expect(page.locator("#image_search-own-run")).to_be_visible()
    choose(page, "Text generation")
    expect(page.locator(PROMPT)).to_have_value("Not sent yet")
    choose(page, "Image search")
    choose(page, "Search")
    expect(page.locator(QUERY)).to_have_value("red")


def choose(page: Page, tab: str) -> None:
    page.get_by_role("tab", name=tab, exact=True).click()


@pytest.mark.slow
def test_choosing_a_tab_updates_the_address_and_drops_the_other_tabs_values(visit: Visit) -> None:
    page = visit.open("?tab=generation&max_new_tokens=7&__theme=light")
    page.get_by_role("tab", name="Captioning").click()
    page.wait_for_url("**tab=captioning**")
    assert "max_new_tokens" not in page.url
    assert "__theme=light" in page.url


def test_a_chinese_browser_reads_chinese(browser: Browser, small: Visit) -> None:
    context = browser.new_context(locale="zh-CN")
    try:
        page = new_visit(context, small.address).open("?tab=generation")
        expect(page.locator("#generation-run")).to_have_text("生成")
        expect(page.locator("#st-header")).to_contain_text(CATALOGUE["page.tagline"][1])
        page.click("#generation-run")
        expect(page.locator("#generation-answer")).to_contain_text("文字是空的", timeout=PATIENCE)
        assert page.evaluate("document.documentElement.lang").startswith("zh")
    finally:
        context.close()


def test_embedded_the_result_stands_alone_and_the_form_is_a_line_that_unfolds(small: Visit) -> None:
    page = small.open("?tab=generation&embed=1")
    for part in ("#st-header", "#st-footer", "#st-tabs > .tab-wrapper", "#generation-run"):
        expect(page.locator(part)).to_be_hidden()
    expect(page.locator("#generation-answer")).to_be_visible()
    page.get_by_role("button", name="The form").click()
    expect(page.locator("#generation-run")).to_be_visible()
    whole = page.get_by_role("link", name="Open in the app")
    assert "embed" not in str(whole.get_attribute("href"))


@pytest.mark.slow
def test_a_frame_tells_the_page_around_it_how_high_it_is(small: Visit) -> None:
    page = small.page.context.new_page()
    link = f"{small.address}?tab=generation&embed=1&background=none"
    page.set_content(
        "<script>onmessage = ({ data }) => { window.heard = data; };</script>"
        f'<iframe src="{link}" width=900 height=600></iframe>'
    )
    page.wait_for_function("window.heard?.type === 'show-and-tell' && window.heard.height > 100")
    frame = page.frame_locator("iframe")
    expect(frame.locator("html")).to_have_class(re.compile("st-transparent"))


@pytest.mark.slow
def test_the_snippet_for_a_slide_names_the_frame_and_a_height(small: Visit) -> None:
    page = small.open("?tab=generation&prompt=&mode=completion")
    page.get_by_role("button", name="Copy embed").click()
    field = page.locator("#st-link-generation :is(input, textarea)")
    expect(field).to_have_value(re.compile(r'^<iframe src="http.*/frame\?tab=generation'))
    assert re.search(r'height="\d{3,4}"', field.input_value())


@pytest.mark.slow
def test_without_embedding_header_and_footer_are_there(small: Visit) -> None:
    page = small.open("?tab=generation")
    expect(page.locator("#st-header")).to_be_visible()
    expect(page.locator("#st-footer")).to_be_visible()


@pytest.mark.slow
def test_the_page_can_stand_in_an_iframe(small: Visit) -> None:
    page = (
        small.page.context.new_page()
    )  # one that has been elsewhere may not frame a local address
    page.set_content(f'<iframe src="{small.address}?tab=generation&embed=1" width=900 height=600>')
    frame = page.frame_locator("iframe")
    expect(frame.locator("#generation-answer")).to_be_visible()


@pytest.mark.slow
def test_our_fonts_are_the_ones_shown(small: Visit) -> None:
    page = small.open("?tab=generation")
    expect(page.locator("#generation-run")).to_be_visible()
    page.evaluate("document.fonts.ready")
    assert page.evaluate("document.fonts.check('16px \"Atkinson Hyperlegible Next\"')")
    family = page.evaluate("getComputedStyle(document.querySelector('#generation-run')).fontFamily")
    assert "Atkinson Hyperlegible Next" in family
