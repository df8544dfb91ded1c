"""Whole journeys on the app itself: one through each tab, and from tab to tab."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from backend import gallery
from tests.browser import (
    attention_page,
    test_captioning,
    test_classification,
    test_generation,
    test_image_search,
    test_text_to_image,
)
from tests.browser.conftest import PATIENCE, Visit

# Keeps every line that the stage says from now on.
SAID_ON = """(stage) => {
  window.said = [];
  const keep = () => window.said.push(document.querySelector(`${stage} .dr-says`)?.innerText ?? "");
  new MutationObserver(keep).observe(document.querySelector(stage), {
    subtree: true, childList: true, characterData: true });
}"""


def asks_nobody_and_does_not_complain(visit: Visit) -> bool:
    return visit.outside == [] and visit.complaints == []


def test_attention_a_typed_sentence_is_shown_with_its_run_card(visit: Visit) -> None:
    page = visit.open("?tab=attention")
    expect(page.locator(attention_page.STATUS)).to_contain_text("which words a model looks at")
    page.fill(attention_page.FIELD, attention_page.TEXT)
    page.press(attention_page.FIELD, "Enter")
    attention_page.shown(page)
    expect(page.locator(".at-list .at-token")).to_have_count(16)
    card = page.locator("#attention-card")
    for fact in ("all-MiniLM-L6-v2", "Apache-2.0", "23 M", "CPU, float32", "6", "12"):
        expect(card).to_contain_text(fact)
    assert page.locator(".at-heads canvas").bounding_box()["width"] > 300  # type: ignore[index]
    assert asks_nobody_and_does_not_complain(visit)


def test_generation_an_answer_comes_with_its_run_card(visit: Visit) -> None:
    page = visit.open("?tab=generation")
    expect(page.locator(test_generation.ANSWER)).to_contain_text("one token at a time")
    expect(page.locator(test_generation.STOP)).to_be_disabled()
    test_generation.open_settings(page)
    page.get_by_label("number input for Longest answer").fill("8")
    test_generation.ask(page, "Hello there")
    test_generation.finished(page)
    card = page.locator(test_generation.CARD)
    for fact in ("SmolLM2-135M-Instruct", "Apache-2.0", "135 M", "CPU", "tokens/s", "Seed"):
        expect(card).to_contain_text(fact)
    assert asks_nobody_and_does_not_complain(visit)


@pytest.mark.slow
def test_generation_an_example_answers_on_one_click(visit: Visit) -> None:
    page = visit.open("?tab=generation")
    page.get_by_role("button", name="Capitals, greedily").click()
    test_generation.finished(page)
    expect(page.locator(test_generation.ANSWER)).to_contain_text("Paris")


def test_classification_a_text_gets_bars_reasons_and_a_card(visit: Visit) -> None:
    result, why = test_classification.RESULT, test_classification.WHY
    page = visit.open("?tab=classification")
    expect(page.locator(result)).to_contain_text("why, and how sure")
    page.fill("#classification-text textarea", "I love this wonderful place!")
    page.keyboard.press("Enter")
    test_classification.explained(page)
    expect(page.locator(f"{result} .st-route")).to_contain_text("The router chose")
    expect(page.locator(f"{result} .st-verdict b")).to_have_text(re.compile("positive|joy"))
    assert page.locator(f"{why} .st-word").count() == 6
    expect(page.locator(test_classification.CARD)).to_contain_text("expert")
    assert asks_nobody_and_does_not_complain(visit)


def test_image_search_words_get_pictures_reasons_and_a_card(visit: Visit) -> None:
    result, why = test_image_search.RESULT, test_image_search.WHY
    page = visit.open("?tab=image_search")
    page.fill("#image_search-query textarea", "red car")
    page.keyboard.press("Enter")
    test_image_search.explained(page)
    expect(page.locator(f"{result} .search-hit")).to_have_count(12)
    expect(page.locator(f"{result} .search-verdict")).to_contain_text("Matches: ")
    assert (
        page.locator(f"{result} .search-hit img").first.evaluate("one => one.naturalWidth") == 256
    )
    expect(page.locator(f"{why} .search-word")).to_have_count(2)
    expect(page.locator(test_image_search.CARD)).to_contain_text("pictures searched")
    assert asks_nobody_and_does_not_complain(visit)


def test_text_to_image_a_picture_forms_step_by_step_and_ends_with_a_card(visit: Visit) -> None:
    stage = test_text_to_image.STAGE
    page = visit.open("?tab=text_to_image")
    expect(page.locator("#text_to_image-draw-result")).to_contain_text("come out of noise")
    page.evaluate(SAID_ON, stage)  # between two looks of ours a whole drawing may pass
    page.fill("#text_to_image-prompt textarea", "a red heart")
    page.keyboard.press("Enter")
    test_text_to_image.drawn(page)
    assert [one for one in page.evaluate("window.said") if "now predicts" in one]
    expect(page.locator(f"{stage} .dr-says")).to_have_text("The finished picture")
    expect(page.locator(f"{stage} .dr-thumbs img")).to_have_count(15)
    expect(page.locator(test_text_to_image.CARD)).to_contain_text("Show & Tell painter")
    assert asks_nobody_and_does_not_complain(visit)


def test_captioning_a_picture_is_described_with_the_confidence_of_each_word(visit: Visit) -> None:
    stage = test_captioning.STAGE
    page = visit.open("?tab=captioning")
    expect(page.locator("#captioning-describe-result")).to_contain_text("how sure")
    page.set_input_files(
        "#captioning-picture input[type=file]", str(gallery.file_of("food-fruit-banana.webp"))
    )
    expect(page.locator("#captioning-picture img")).to_be_visible()
    page.click(test_captioning.RUN)
    test_captioning.described(page)
    assert "banana" in test_captioning.words(page)
    expect(page.locator(f"{stage} .cp-word small").first).to_contain_text("%")
    last = page.locator(f"{stage} .cp-word").last
    assert "banana" in (last.get_attribute("aria-label") or "")
    expect(page.locator(test_captioning.CARD)).to_contain_text("gradient-weighted")
    assert asks_nobody_and_does_not_complain(visit)


@pytest.mark.slow
def test_a_drawn_picture_goes_on_to_be_described(visit: Visit) -> None:
    page = visit.open(test_text_to_image.LINK)
    test_text_to_image.drawn(page)
    page.locator(".st-send-to-captioning").click()
    test_captioning.described(page)
    assert "heart" in test_captioning.words(page).split()
    expect(page.locator("#captioning-picture img")).to_be_visible()


def test_a_drawn_picture_goes_on_to_a_tab_that_was_not_mounted_and_is_searched_for(
    visit: Visit,
) -> None:
    page = visit.open("?tab=text_to_image&seed=7&steps=2&prompt=a+red+heart")
    test_text_to_image.drawn(page)
    expect(page.locator("#image_search-search-run")).to_have_count(0)
    page.get_by_role("button", name="Find similar pictures").click()
    page.wait_for_url("**tab=image_search")
    hits = page.locator("#image_search-search-result .search-hit")
    expect(hits).to_have_count(12, timeout=PATIENCE)
    expect(page.locator("#image_search-picture img")).to_be_visible()
    expect(page.locator("#image_search-query textarea")).to_have_value("")
    assert visit.complaints == []
