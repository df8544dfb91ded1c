"""The image search tab as a visitor uses it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from playwright.sync_api import Browser, Page, expect

from backend import gallery
from demos.image_search import tab as image_search
from tests.browser.axe import serious_in_any_light
from tests.browser.conftest import PATIENCE, PHONE, Visit, new_visit

RESULT, WHY, CARD = (f"#image_search-{part}" for part in ("search-result", "why", "search-card"))
LINK = "?tab=image_search&query=red+car"
pytestmark = pytest.mark.usefixtures("own_collections")


@pytest.fixture(scope="module")
def address(alone: Callable[[ModuleType], str]) -> str:
    return alone(image_search)


def explained(page: Page) -> None:
    expect(page.locator(f"{WHY} .search-seen")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#image_search-search-run")).to_be_enabled(timeout=PATIENCE)


def view(page: Page, name: str) -> None:
    page.locator("#image_search-views").get_by_role("tab", name=name, exact=True).click()


def files_into(page: Page, where: str, files: list[Path]) -> None:
    page.set_input_files(f"{where} input[type=file]", [str(file) for file in files])
    expect(page.locator(where)).to_contain_text(files[0].name[:8])


@pytest.mark.slow
def test_another_picture_is_explained_on_a_click(visit: Visit) -> None:
    page = visit.open(LINK)
    explained(page)
    third = page.locator(f"{RESULT} .search-hit").nth(2)
    name = third.locator(".search-caption").inner_text()
    third.click()
    expect(third).to_have_attribute("aria-pressed", "true")
    expect(page.locator(f"{WHY} h3")).to_contain_text(name)
    page.locator(".search-where").check()
    expect(third.locator(".search-map")).to_have_css("opacity", "1")


@pytest.mark.slow
def test_a_sentence_in_chinese_finds_its_picture_on_a_chinese_page(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(locale="zh-CN")
    context.set_default_timeout(PATIENCE)
    try:
        page = new_visit(context, address).open("?tab=image_search")
        page.fill("#image_search-query textarea", "一辆红色的汽车")
        page.keyboard.press("Enter")
        explained(page)
        first = page.locator(f"{RESULT} .search-hit").first
        expect(first.locator(".search-caption")).to_contain_text("甲壳虫")  # it is the red one
        expect(page.locator(f"{RESULT} .search-verdict")).to_contain_text("张匹配")
    finally:
        context.close()


def test_what_is_not_there_is_said(visit: Visit) -> None:
    page = visit.open("?tab=image_search&query=quantum+chromodynamics")
    expect(page.locator(f"{RESULT} .st-notice")).to_contain_text(
        "Nothing here matches well", timeout=PATIENCE
    )


@pytest.mark.slow
def test_an_empty_query_and_markup_are_harmless(visit: Visit) -> None:
    page = visit.open("?tab=image_search")
    page.click("#image_search-search-run")
    expect(page.locator(f"{RESULT} .st-error")).to_contain_text("nothing to look for")
    page.fill("#image_search-query textarea", "<b>car</b> + <img src=x>")
    page.keyboard.press("Enter")
    explained(page)
    assert page.locator(f"{WHY} .st-words img").count() == 0
    assert visit.complaints == []


@pytest.mark.slow
def test_a_link_restores_and_a_copied_one_holds_the_settings(visit: Visit) -> None:
    page = visit.open(LINK + "&top=4&sort=name")
    explained(page)
    expect(page.locator(f"{RESULT} .search-hit")).to_have_count(4)
    page.locator("#st-tab-image_search .st-copy-link").click()
    link = page.locator("#st-tab-image_search").get_by_label("Link to this")
    expect(link).to_have_value(re.compile("query=red"))
    assert "top=4" in link.input_value() and "sort=name" in link.input_value()


@pytest.mark.slow
def test_own_pictures_are_private_kept_and_searched(
    visit: Visit, browser: Browser, address: str, tmp_path: Path
) -> None:
    album = tmp_path / "album.zip"
    with zipfile.ZipFile(album, "w") as archive:
        for key in ("animals-mammals-elephant.webp", "food-fruit-banana.webp"):
            archive.write(gallery.file_of(key), key)
        archive.writestr("note.jpg", "no picture")
    page = visit.open("?tab=image_search")
    view(page, "Your pictures")
    page.fill("#image_search-name input, #image_search-name textarea", "zoo")
    files_into(page, "#image_search-files", [album])
    page.click("#image_search-own-run")
    report = page.locator("#image_search-own-result")
    expect(report).to_contain_text("2 new pictures", timeout=PATIENCE)
    expect(report).to_contain_text("note.jpg")
    page.reload()
    page.wait_for_selector("html.st-opened")
    view(page, "Your pictures")
    expect(page.locator("#image_search-have")).to_contain_text("zoo")
    view(page, "Search")
    page.locator("#image_search-collection input").click()
    page.get_by_role("option", name="zoo (2)").click()
    page.fill("#image_search-query textarea", "elephant")
    page.keyboard.press("Enter")
    explained(page)
    expect(page.locator(f"{RESULT} .search-hit")).to_have_count(2)
    expect(page.locator(f"{RESULT} .search-caption").first).to_contain_text("elephant")
    other = browser.new_context()
    try:
        stranger = new_visit(other, address).open("?tab=image_search")
        view(stranger, "Your pictures")
        expect(stranger.locator("#image_search-own-result")).to_be_visible()
        assert stranger.locator("#image_search-have").inner_text().strip() == ""
    finally:
        other.close()


@pytest.mark.slow
def test_captions_meet_pictures(visit: Visit) -> None:
    page = visit.open("?tab=image_search&view=matrix")
    page.get_by_role("button", name="Five things, six captions").click()
    expect(page.locator("#image_search-captions textarea")).not_to_have_value("")
    expect(page.locator("#image_search-matrix-files")).to_contain_text("lion", timeout=PATIENCE)
    tables = page.locator("#image_search-matrix-result table")
    page.wait_for_url("**pictures=things**")
    expect(tables).to_have_count(3, timeout=PATIENCE)
    expect(tables.first.locator("tbody tr")).to_have_count(6)


@pytest.mark.slow
def test_the_map_shows_words_and_a_picture_on_hover(visit: Visit) -> None:
    page = visit.open("?tab=image_search&view=map&words=animal+%2B+fruit")
    expect(page.locator(".pm-word")).to_have_count(2, timeout=PATIENCE)
    page.locator(".pm-canvas").hover()
    page.mouse.move(*_middle(page))
    expect(page.locator(".pm-card img")).to_be_visible()
    assert visit.complaints == []


def _middle(page: Page) -> tuple[float, float]:
    word = page.locator(".pm-word").first.bounding_box()
    assert word is not None
    return word["x"] + word["width"] / 2 + 4, word["y"] + word["height"] / 2 + 4


@pytest.mark.slow  # axe reads every view, for half a minute
def test_results_are_accessible(visit: Visit) -> None:
    page = visit.open(LINK)
    explained(page)
    assert serious_in_any_light(page) == []


@pytest.mark.slow
def test_it_fits_a_phone_in_chinese(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport=PHONE, locale="zh-CN")
    context.set_default_timeout(PATIENCE)
    try:
        page = new_visit(context, address).open("?tab=image_search&query=红色的汽车")
        explained(page)
        expect(page.locator(f"{RESULT} .search-verdict")).to_contain_text("张匹配")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    finally:
        context.close()
