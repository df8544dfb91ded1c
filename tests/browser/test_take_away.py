"""Take it away: a result as picture, data and page, in files that need nothing from outside."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from demos.classification import tab as classification
from tests.browser.axe import serious_in_any_light
from tests.browser.conftest import PATIENCE, Visit, at_rest, each_tab

TEXT = "The hotel was not bad at all."


@pytest.fixture(scope="module")
def address(alone: Callable[[ModuleType], str]) -> str:
    return alone(classification)


def open_menu(page: Page, tab: str) -> None:
    page.click(f"#st-take-{tab}")
    expect(page.locator("dialog.ta")).to_be_visible()


def taken(page: Page, kind: str, folder: Path) -> Path:
    """The file that a button of the menu saves."""
    with page.expect_download() as download:
        page.click(f'dialog.ta [data-take="{kind}"]')
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    return file


@pytest.mark.parametrize("tab", each_tab("classification"))
def test_every_tabs_saved_result_is_taken_away_in_all_formats(
    journey: Visit, tab: str, tmp_path: Path
) -> None:
    page = journey.open(f"?tab={tab}")
    expect(page.locator(f"#st-tab-{tab} .st-saved").first).to_be_visible()
    at_rest(page)
    open_menu(page, tab)
    files = {kind: taken(page, kind, tmp_path) for kind in ("png", "svg", "csv", "json", "html")}
    picture = Image.open(files["png"])
    shown = page.evaluate(f"document.querySelector('#st-tab-{tab} .st-saved').clientWidth")
    assert picture.width >= 2 * shown and picture.height > 200
    assert len(set(picture.convert("L").resize((64, 64)).getdata())) > 4  # it is not blank
    assert "show-and-tell/" not in files["svg"].read_text("utf-8").split("</style>")[-1]
    data = json.loads(files["json"].read_text("utf-8"))
    assert f"tab={tab}" in data["link"] and data["parts"]
    assert len(list(csv.reader(io.StringIO(files["csv"].read_text("utf-8-sig"))))) > 2
    assert journey.complaints == [] and journey.outside == []


@pytest.mark.slow
@pytest.mark.parametrize("tab", each_tab("text_to_image"))
def test_a_page_that_was_taken_away_opens_from_disk_and_asks_nobody(
    journey: Visit, tab: str, tmp_path: Path
) -> None:
    page = journey.open(f"?tab={tab}")
    expect(page.locator(f"#st-tab-{tab} .st-saved").first).to_be_visible()
    at_rest(page)
    parts = page.locator(f"#st-tab-{tab} .st-saved").first.locator(".st-saved-part").count()
    open_menu(page, tab)
    file = taken(page, "html", tmp_path)
    other = page.context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    other.on("request", lambda request: asked.append(request.url))
    other.on("pageerror", lambda error: complaints.append(str(error)))
    other.goto(file.as_uri())
    expect(other.locator(".st-saved-part")).to_have_count(parts)
    expect(other.locator(".st-saved header")).to_contain_text("Taken away")
    at_rest(other)
    assert [url for url in asked if not url.startswith(("data:", "blob:"))] == [file.as_uri()]
    assert complaints == []
    assert other.locator("img").evaluate_all("all => all.every((one) => one.naturalWidth)")
    assert other.locator(".st-saved-part").first.inner_text().strip()


@pytest.mark.slow
def test_a_live_result_is_taken_with_its_numbers_and_its_link(visit: Visit, tmp_path: Path) -> None:
    page = visit.open()
    page.fill("#classification-text textarea", TEXT)
    page.click("#classification-classify-run")
    expect(page.locator("#classification-why .st-word").first).to_be_visible(timeout=PATIENCE)
    open_menu(page, classification.ID)
    rows = list(csv.reader(io.StringIO(taken(page, "csv", tmp_path).read_text("utf-8-sig"))))
    shown = page.locator("#classification-classify-result .st-bar").first.inner_text().split("\n")
    assert [part.strip() for part in shown if part.strip()] in rows
    assert "text=The+hotel" in json.loads(taken(page, "json", tmp_path).read_text("utf-8"))["link"]
    expect(page.locator("dialog.ta")).to_contain_text("Saved as show-and-tell-classification.json")


@pytest.mark.slow
def test_the_code_of_the_link_is_there_and_says_where_it_does_not_lead(visit: Visit) -> None:
    page = visit.open()
    open_menu(page, classification.ID)
    code = page.get_by_role("img", name="QR code of the link")
    expect(code).to_be_visible()
    assert code.evaluate("async (one) => { await one.decode(); return one.naturalWidth }") > 0
    expect(page.locator("dialog.ta")).to_contain_text("This address leads to this machine alone")


@pytest.mark.slow
def test_the_menu_is_used_by_keyboard_and_read_in_any_light(visit: Visit) -> None:
    page = visit.open()
    page.focus("#st-take-classification")
    page.keyboard.press("Enter")
    expect(page.locator("dialog.ta")).to_be_visible()
    assert serious_in_any_light(page, "dialog.ta") == []
    page.keyboard.press("Escape")
    expect(page.locator("dialog.ta")).to_have_count(0)
    expect(page.locator("#st-take-classification")).to_be_focused()
