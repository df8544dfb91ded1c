"""The captioning tab as a visitor uses it."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from playwright.sync_api import Browser, Page, expect

from backend import gallery
from demos.captioning import tab as captioning
from tests.browser.axe import serious
from tests.browser.conftest import PATIENCE, Visit, at_rest, new_visit

LINK = "?tab=captioning&example=apple"
STAGE, FIT, CARD = "#captioning-stage", "#captioning-fit", "#captioning-describe-card"
RUN = "#captioning-describe-run"


@pytest.fixture(scope="module")
def address(alone: Callable[[ModuleType], str]) -> str:
    return alone(captioning)


def described(page: Page) -> None:
    """Words, the ranking and the card are there."""
    expect(page.locator(f"{FIT} li").first).to_be_visible(timeout=PATIENCE)
    expect(page.locator(f"{CARD} .st-figure").first).to_be_visible()
    expect(page.locator(RUN)).to_be_enabled()


def words(page: Page) -> str:
    return " ".join(page.locator(f"{STAGE} .cp-word span").all_inner_texts())


def is_dark(page: Page) -> bool:
    """Whether the veil hides anything."""
    return page.evaluate(
        """(selector) => {
          const veil = document.querySelector(selector);
          const { data } = veil.getContext('2d').getImageData(0, 0, veil.width, veil.height);
          return data.some((value) => value > 0);
        }""",
        f"{STAGE} .cp-frame canvas",
    )


def view(page: Page, name: str) -> None:
    page.locator("#captioning-views").get_by_role("tab", name=name, exact=True).click()


@pytest.mark.slow
def test_a_chinese_page_is_answered_in_chinese(browser: Browser, address: str) -> None:
    context = browser.new_context(locale="zh-CN")
    context.set_default_timeout(PATIENCE)
    try:
        page = new_visit(context, address).open("?tab=captioning&example=elephant&strategy=beam")
        described(page)
        said = page.locator(f"{STAGE} .cp-word span").first.inner_text()
        assert said.isalpha() and not said.isascii()
        page.locator(f"{STAGE} .cp-word").first.click()
        expect(page.locator(f"{STAGE} .cp-alternative")).to_have_count(5)
    finally:
        context.close()


@pytest.mark.slow
def test_an_alternative_is_picked_and_the_model_goes_on_from_it(visit: Visit) -> None:
    page = visit.open(LINK)
    described(page)
    before = words(page).split()
    page.locator(f"{STAGE} .cp-word").nth(1).click()
    expect(page.locator(f"{STAGE} .cp-alternative")).to_have_count(5)
    other = page.locator(f"{STAGE} .cp-alternative").nth(1)
    chosen = other.locator("span").first.inner_text()
    other.click()
    expect(page.locator(f"{STAGE} .cp-word span").nth(1)).to_have_text(chosen, timeout=PATIENCE)
    described(page)
    after = words(page).split()
    assert after[0] == before[0] and after[1] == chosen != before[1]
    expect(page.locator(f"{STAGE} .cp-word[data-given]")).to_have_count(2)


def test_pointing_at_a_word_shows_where_the_model_looked(visit: Visit) -> None:
    page = visit.open(LINK)
    described(page)
    assert not is_dark(page)
    page.locator(f"{STAGE} .cp-word").last.hover()
    expect(page.locator(f"{STAGE} .cp-note")).to_contain_text("brightest cell")
    assert is_dark(page)
    page.hover(CARD)
    page.wait_for_timeout(100)
    assert not is_dark(page)


@pytest.mark.slow
def test_pointing_at_a_place_names_the_words_that_look_there(visit: Visit) -> None:
    page = visit.open(LINK)
    described(page)
    page.hover(f"{STAGE} .cp-frame")
    expect(page.locator(f"{STAGE} .cp-note")).to_contain_text("has here: “")
    expect(page.locator(f"{STAGE} .cp-word[data-lit]")).to_have_count(1)


@pytest.mark.slow
def test_a_question_that_cannot_be_answered_is_said_above_the_words(visit: Visit) -> None:
    page = visit.open(LINK + "&question=What+is+it%3F")
    described(page)
    expect(page.locator("#captioning-describe-result")).to_contain_text("cannot answer questions")
    assert words(page).startswith("a drawing of")


@pytest.mark.slow
def test_the_webcam_takes_a_picture(visit: Visit) -> None:
    """Chromium's own test picture, in place of a camera."""
    visit.page.context.grant_permissions(["camera"])
    page = visit.open("?tab=captioning")
    page.locator("#captioning-picture").get_by_label("Capture from camera").click()
    page.locator("#captioning-picture").get_by_text("Click to Access Webcam").click()
    page.wait_for_function("document.querySelector('#captioning-picture video')?.readyState >= 2")
    page.locator("#captioning-picture").get_by_label("capture photo").click()
    expect(page.locator("#captioning-picture img")).to_be_visible()
    page.click(RUN)
    described(page)


def test_a_clip_becomes_a_timeline_and_a_summary(visit: Visit) -> None:
    page = visit.open("?tab=captioning&view=clip")
    view(page, "Video")
    page.click("#captioning-clip-run")
    told = page.locator("#captioning-clip-result")
    expect(told).to_contain_text("There is no video", timeout=PATIENCE)
    page.get_by_role("button", name="Three scenes").click()
    expect(page.locator("#captioning-clip")).to_contain_text("three-scenes", timeout=PATIENCE)
    expect(told.locator(".cp-still")).to_have_count(3, timeout=PATIENCE)
    expect(told).to_contain_text("A guess by SmolLM2", timeout=PATIENCE)
    expect(told.locator(".cp-summary")).not_to_be_empty()
    assert visit.outside == [] and visit.complaints == []


@pytest.mark.slow
def test_candidates_are_turned_to_and_my_sentence_is_ranked(visit: Visit) -> None:
    page = visit.open("?tab=captioning&example=lion&strategy=beam&candidates=3&own=a+big+lion")
    described(page)
    expect(page.locator(f"{STAGE} .cp-all button")).to_have_count(3)
    second = page.locator(f"{STAGE} .cp-all button").nth(1)
    second.click()
    assert second.inner_text().splitlines()[0] == words(page)
    expect(page.locator(FIT)).to_contain_text("a big lion (yours)")
    page.locator("#st-tab-captioning .st-copy-link").click()
    page.wait_for_url("**example=lion**")
    assert "own=a+big+lion" in page.url


def test_a_bad_picture_and_none_are_said(visit: Visit, tmp_path: Path) -> None:
    page = visit.open("?tab=captioning")
    page.click(RUN)
    alert = page.locator("#captioning-describe-result [role=alert]")
    expect(alert).to_contain_text("no picture", timeout=PATIENCE)
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    with page.expect_response("**/upload*"):
        page.set_input_files("#captioning-picture input[type=file]", str(tmp_path / "broken.png"))
    at_rest(page)
    page.click(RUN)
    expect(alert).to_contain_text("broken.png", timeout=PATIENCE)
    expect(page.locator(RUN)).to_be_enabled()


@pytest.mark.slow
def test_many_at_once_become_files(visit: Visit, tmp_path: Path) -> None:
    page = visit.open("?tab=captioning&view=many")
    view(page, "Many at once")
    (tmp_path / "bad.png").write_bytes(b"nothing")
    with zipfile.ZipFile(tmp_path / "album.zip", "w") as album:
        album.write(gallery.file_of("food-fruit-banana.webp"), "fruit/banana.webp")
    files = [str(tmp_path / "album.zip"), str(tmp_path / "bad.png")]
    page.set_input_files("#captioning-files input[type=file]", files)
    expect(page.locator("#captioning-files")).to_contain_text("bad")
    page.click("#captioning-many-run")
    expect(page.locator("#captioning-csv")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#captioning-many-result")).to_contain_text("Left out: 1")
    with page.expect_download() as download:
        page.click("#captioning-csv")
    download.value.save_as(tmp_path / "c.csv")
    assert "album.zip/fruit/banana.webp,a " in (tmp_path / "c.csv").read_text("utf-8-sig")


@pytest.mark.slow
def test_the_circle_and_two_side_by_side(visit: Visit) -> None:
    page = visit.open("?tab=captioning&view=circle&round_prompt=a+red+apple&rounds=2")
    expect(page.locator("#captioning-circle-result .cp-matrix td").first).to_be_visible(
        timeout=PATIENCE
    )
    expect(page.locator("#captioning-circle-result .cp-circle img")).to_have_count(2)
    view(page, "Side by side")
    page.get_by_role("button", name="An apple, by greedy").click()
    expect(page.locator("#captioning-pair-picture img")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#captioning-pair-result .cp-facts")).to_have_count(2, timeout=PATIENCE)


@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1440, "dark")])
def test_a_result_is_accessible_and_fits(visit: Visit, width: int, scheme: str) -> None:
    visit.page.set_viewport_size({"width": width, "height": 900})
    visit.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page = visit.open(LINK + "&strategy=beam")
    described(page)
    page.locator(f"{STAGE} .cp-word").last.hover()  # which moves nothing
    page.locator(f"{STAGE} .cp-word").last.click()
    page.wait_for_timeout(400)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert serious(page) == []


@pytest.mark.slow
def test_an_example_pressed_during_a_run_is_answered_after_it(visit: Visit) -> None:
    page = visit.open("?tab=captioning&view=circle&round_prompt=a+red+apple&rounds=3")
    expect(page.locator("#captioning-circle-run")).to_be_disabled(timeout=PATIENCE)
    view(page, "Side by side")
    page.get_by_role("button", name="An apple, by greedy").click()
    expect(page.locator("#captioning-pair-picture img")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#captioning-pair-result .cp-facts")).to_have_count(2, timeout=PATIENCE)
