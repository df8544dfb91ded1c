"""Examples that can be seen, and the gallery before the first query."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType

import pytest
from playwright.sync_api import expect

from backend import gallery
from demos.classification import tab as classification
from demos.image_search import tab as image_search
from tests.browser.axe import serious_in_any_light
from tests.browser.conftest import PATIENCE, Visit, at_rest, first_visit

RESULT = "#image_search-search-result"
PICTURES = [
    "captioning",
    *(pytest.param(tab, marks=pytest.mark.slow) for tab in ("image_search", "text_to_image")),
]


@pytest.fixture
def searching(recorder: Visit, alone: Callable[[ModuleType], str]) -> Iterator[Visit]:
    yield from first_visit(recorder, alone(image_search))


@pytest.fixture
def classifying(recorder: Visit, alone: Callable[[ModuleType], str]) -> Iterator[Visit]:
    yield from first_visit(recorder, alone(classification))


@pytest.mark.slow
@pytest.mark.parametrize("tab", PICTURES)
def test_examples_that_are_pictures_show_them(journey: Visit, tab: str) -> None:
    page = journey.open(f"?tab={tab}")
    pictures = page.locator(f"#st-tab-{tab} .st-examples img")
    expect(pictures.first).to_be_visible()
    for picture in pictures.all():
        if picture.is_visible():
            picture.scroll_into_view_if_needed()
            expect(picture).to_have_js_property("complete", True)
            assert picture.evaluate("(one) => one.naturalWidth") > 0
    assert journey.complaints == [] and journey.outside == []


@pytest.mark.slow
def test_examples_that_are_texts_show_their_first_words_and_keep_their_names(
    classifying: Visit,
) -> None:
    page = classifying.open()
    button = page.get_by_role("button", name="Sarcasm", exact=True)
    expect(button).to_contain_text("Oh great, another meeting")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#classification-classify-card dl")).to_be_visible(timeout=PATIENCE)


@pytest.mark.slow
def test_the_gallery_stands_there_before_the_first_query(searching: Visit) -> None:
    page = searching.open()
    shown = page.locator("#image_search-gallery button")
    expect(shown).to_have_count(len(gallery.entries()))
    at_rest(page)
    loaded = page.locator("#image_search-gallery img").evaluate_all(
        "all => all.filter((one) => one.complete && one.naturalWidth).length"
    )
    assert 0 < loaded < len(gallery.entries())  # the others when they are scrolled to
    assert serious_in_any_light(page, "#image_search-gallery") == []
    assert searching.complaints == [] and searching.outside == []


@pytest.mark.slow
def test_a_picture_of_the_gallery_finds_those_like_it(searching: Visit) -> None:
    page = searching.open()
    pictures = page.locator("#image_search-gallery button")
    pictures.nth(3).click()
    caption = gallery.entries()[3].english
    first = page.locator(f"{RESULT} .search-hit .search-caption").first
    expect(first).to_have_text(caption, timeout=PATIENCE)
    expect(page.locator("#image_search-gallery")).to_be_hidden()
    expect(page.locator("#image_search-picture img")).to_be_visible()


@pytest.mark.slow
def test_arrow_keys_go_from_picture_to_picture(searching: Visit) -> None:
    page = searching.open()
    pictures = page.locator("#image_search-gallery button")
    pictures.first.focus()
    page.keyboard.press("ArrowRight")
    expect(pictures.nth(1)).to_be_focused()
    page.keyboard.press("ArrowDown")
    below = page.evaluate("document.activeElement.offsetTop")
    assert below > pictures.first.evaluate("(one) => one.offsetTop")
    page.keyboard.press("End")
    expect(pictures.last).to_be_focused()
    page.keyboard.press("Home")
    expect(pictures.first).to_be_focused()
