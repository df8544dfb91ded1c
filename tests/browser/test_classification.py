"""The classification tab as a visitor uses it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from playwright.sync_api import Page, expect

from demos.classification import tab as classification
from demos.classification import table
from tests.browser.axe import serious_in_any_light
from tests.browser.conftest import PATIENCE, PHONE, Visit

LINK = "?tab=classification&expert=sentiment-expert&text="
RESULT, WHY, CARD = (
    f"#classification-{part}" for part in ("classify-result", "why", "classify-card")
)
NEGATION = "The+food+was+not+good."


@pytest.fixture(scope="module")
def address(alone: Callable[[ModuleType], str]) -> str:
    return alone(classification)


def explained(page: Page) -> None:
    expect(page.locator(f"{WHY} .st-trust")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#classification-classify-run")).to_be_enabled()


def view(page: Page, name: str) -> None:
    page.locator("#classification-views").get_by_role("tab", name=name, exact=True).click()


def value_of(page: Page, label: str) -> float:
    """The label's bar in percent."""
    bar = page.locator(f"{RESULT} .st-bar", has_text=label).locator(".st-bar-value")
    return float(re.search(r"[\d.]+", bar.inner_text()).group())  # type: ignore[union-attr]


@pytest.mark.slow
def test_a_dropped_word_moves_the_bars_and_comes_back(visit: Visit) -> None:
    page = visit.open(LINK + NEGATION)
    explained(page)
    before = value_of(page, "positive")
    word = page.locator(f"{WHY} .st-word", has_text="not")
    word.focus()
    page.keyboard.press("Enter")
    expect(word).to_have_attribute("aria-pressed", "true")
    expect(page.locator(RESULT)).to_contain_text("The food was good.")
    expect(page.locator(f"{RESULT} .st-before")).to_have_count(4)
    assert value_of(page, "positive") > before
    word.click()
    expect(page.locator(f"{RESULT} .st-before")).to_have_count(0)
    assert value_of(page, "positive") == before


@pytest.mark.slow
def test_an_empty_text_is_answered_with_a_sentence(visit: Visit) -> None:
    page = visit.open("?tab=classification")
    page.click("#classification-classify-run")
    expect(page.locator(f"{RESULT} .st-error")).to_contain_text("The text is empty")


def test_markup_in_texts_and_labels_stays_text(visit: Visit) -> None:
    page = visit.open(
        "?tab=classification&view=zero_shot&zero_shot_model=multilingual-e5-small&asked=<b>x</b>&labels=<i>a</i>,b"
    )
    grid = page.locator("#classification-zero_shot-result .st-grid")
    expect(grid).to_contain_text("<i>a</i>", timeout=PATIENCE)


@pytest.mark.slow
def test_a_link_opens_its_view_and_a_copied_one_holds_it(visit: Visit) -> None:
    page = visit.open(
        "?tab=classification&view=probe&sentence={}+is+late.&words=He,+She&text=other"
    )
    expect(page.locator("#classification-probe-result")).to_contain_text(
        "moves by", timeout=PATIENCE
    )
    expect(page.locator("#classification-probe-result .st-bar")).to_have_count(2)
    page.locator("#st-tab-classification .st-copy-link").click()
    link = page.locator("#st-tab-classification").get_by_label("Link to this")
    page.wait_for_url(lambda url: "view=probe" in url and "text=other" not in url)
    expect(link).to_have_value(page.url)
    assert "sentence=" in page.url


@pytest.mark.slow
def test_the_probes_label_can_be_chosen(visit: Visit) -> None:
    page = visit.open("?tab=classification&view=probe&sentence={}+is+late.&words=He,+She")
    result = page.locator("#classification-probe-result")
    expect(result).to_contain_text("this one moves most", timeout=PATIENCE)
    page.get_by_label("Label", exact=True).click()
    page.get_by_role("option", name="ambiguous").click()
    page.click("#classification-probe-run")
    expect(result).to_contain_text("“ambiguous” moves by", timeout=PATIENCE)
    expect(result).not_to_contain_text("this one moves most")


def test_own_labels_are_compared_over_wordings(visit: Visit) -> None:
    page = visit.open("?tab=classification")
    view(page, "Your own labels")
    page.get_by_role("button", name="A news topic").click()
    result = page.locator("#classification-zero_shot-result")
    expect(result.locator(".st-grid tbody tr")).to_have_count(5, timeout=PATIENCE)
    expect(result.locator(".st-verdict b")).to_have_text("economy")


def test_a_lesson_can_be_saved_loaded_and_used(visit: Visit, tmp_path: Path) -> None:
    page = visit.open("?tab=classification")
    view(page, "Teach it")
    page.get_by_role("button", name="Three topics, twelve examples").click()
    expect(page.locator("#classification-teach-result .st-chart")).to_be_visible(timeout=PATIENCE)
    with page.expect_download() as download:
        page.click("#classification-head-save")
    file = tmp_path / "head.json"
    download.value.save_as(file)
    page.reload()
    page.wait_for_selector("html.st-opened")
    view(page, "Teach it")
    page.click("#classification-use-run")
    used = page.locator("#classification-use-result")
    expect(used).to_contain_text("Nothing has been taught yet")
    with page.expect_file_chooser() as chooser:
        page.click("#classification-head-load")
    chooser.value.set_files(file)
    expect(used).to_contain_text("Loaded a head")
    page.fill("#classification-new-text textarea", "How long do I bake the bread?")
    page.click("#classification-use-run")
    expect(used.locator(".st-verdict b")).to_have_text("cooking", timeout=PATIENCE)


@pytest.mark.slow
def test_a_table_comes_back_with_its_labels(visit: Visit, tmp_path: Path) -> None:
    page = visit.open("?tab=classification")
    view(page, "Many at once")
    page.set_input_files("#classification-csv input[type=file]", str(table.SAMPLE))
    result = page.locator("#classification-table-result")
    expect(result).to_contain_text("24 rows were read", timeout=PATIENCE)
    page.click("#classification-table-run")
    expect(result.locator(".st-chart")).to_be_visible(timeout=PATIENCE)
    with page.expect_download() as download:
        page.click("#classification-csv-out")
    download.value.save_as(tmp_path / "out.csv")
    lines = (tmp_path / "out.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("text,label,predicted") and len(lines) == 25


@pytest.mark.slow
def test_the_sample_table_runs_on_one_click_and_its_link_holds_it(visit: Visit) -> None:
    page = visit.open("?tab=classification&view=table")
    page.get_by_role("button", name="Use a sample table").click()
    expect(page.locator("#classification-table-card dl")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#classification-csv-out")).to_be_visible()
    page.wait_for_function("location.search.includes('table=sample')")
    assert visit.complaints == []


@pytest.mark.slow
def test_a_text_and_a_picture_that_disagree_are_mixed_by_the_slider(visit: Visit) -> None:
    page = visit.open("?tab=classification")
    view(page, "With a picture")
    page.get_by_role("button", name="A pair that disagrees").click()
    expect(page.locator("#classification-caption textarea")).not_to_have_value("")
    expect(page.locator("#st-tab-classification img").first).to_be_visible()
    answers = page.locator("#classification-picture-result .st-panel")
    expect(page.locator("#classification-picture-card dl")).to_be_visible(timeout=PATIENCE)
    expect(answers).to_have_count(4)
    expect(answers.nth(0).locator(".st-top")).to_contain_text("car")
    expect(answers.nth(1).locator(".st-top")).to_contain_text("apple")
    weight = page.get_by_label("number input for Weight of the picture")
    weight.fill("1")
    expect(answers.nth(2).locator(".st-top")).to_contain_text("apple")


@pytest.mark.slow
def test_early_fusion_has_a_ready_lesson(visit: Visit) -> None:
    page = visit.open("?tab=classification")
    view(page, "With a picture")
    page.get_by_role("button", name="Teach early fusion").click()
    expect(page.locator("#classification-picture-card dl")).to_be_visible(timeout=PATIENCE)
    early = page.locator("#classification-picture-result .st-panel").nth(3)
    expect(early.locator(".st-top")).to_contain_text("apple", timeout=PATIENCE)
    expect(page.locator("#st-tab-classification")).to_contain_text("6 pairs are remembered")


@pytest.mark.slow  # axe reads every view, for half a minute
def test_results_are_accessible(visit: Visit) -> None:
    page = visit.open(LINK + NEGATION)
    explained(page)
    page.locator(f"{WHY} .st-word").first.click()
    expect(page.locator(f"{RESULT} .st-before").first).to_be_visible()
    assert serious_in_any_light(page) == []
    view(page, "Teach it")
    page.get_by_role("button", name="Three topics, twelve examples").click()
    expect(page.locator("#classification-teach-result .st-chart")).to_be_visible(timeout=PATIENCE)
    assert serious_in_any_light(page) == []


@pytest.mark.slow
def test_it_fits_a_phone(visit: Visit) -> None:
    visit.page.set_viewport_size(PHONE)
    page = visit.open(LINK + NEGATION)
    explained(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
