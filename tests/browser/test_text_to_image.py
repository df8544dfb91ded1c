"""The text-to-image tab as a visitor uses it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from playwright.sync_api import Page, expect

from demos.text_to_image import tab as text_to_image
from tests.browser.axe import serious_in_any_light
from tests.browser.conftest import PATIENCE, PHONE, Visit

TAB = "?tab=text_to_image"
LINK = f"{TAB}&seed=7&steps=6&prompt=a+red+heart"
STAGE, CARD, RUN = (
    "#text_to_image-stage", "#text_to_image-draw-card", "#text_to_image-draw-run",
)  # fmt: skip


@pytest.fixture(scope="module")
def address(alone: Callable[[ModuleType], str]) -> str:
    return alone(text_to_image)


def drawn(page: Page, pictures: int = 1) -> None:
    """The picture, its film and its card are there."""
    expect(page.locator(f"{STAGE} .dr-save[data-save=webp]")).to_be_visible(timeout=PATIENCE)
    expect(page.locator(f"{CARD} .st-figure").first).to_be_visible()
    expect(page.locator(RUN)).to_be_enabled()
    if pictures > 1:
        expect(page.locator(f"{STAGE} .dr-all button")).to_have_count(pictures)


def pixels(page: Page, selector: str) -> list[int]:
    """A picture or canvas as numbers; browsers decode a picture when they like, so ask for it."""
    return page.evaluate(
        """async (selector) => {
          let source;
          for (let tries = 0; tries < 40; tries++) {  // it may be replaced while it is decoded
            source = document.querySelector(selector);
            if (await (source.decode?.() ?? Promise.resolve()).then(() => true, () => false)) break;
            await new Promise((later) => setTimeout(later, 250));
          }
          const canvas = Object.assign(document.createElement('canvas'), { width: 16, height: 16 });
          const context = canvas.getContext('2d');
          context.drawImage(source, 0, 0, 16, 16);
          return [...context.getImageData(0, 0, 16, 16).data];
        }""",
        selector,
    )


@pytest.mark.slow
def test_the_steps_can_be_scrubbed_played_and_saved(visit: Visit, tmp_path: Path) -> None:
    page = visit.open(LINK)
    drawn(page)
    last = pixels(page, f"{STAGE} .dr-image")
    slider = page.get_by_label("Steps of the drawing")
    slider.focus()
    page.keyboard.press("Home")
    expect(page.locator(f"{STAGE} .dr-caption")).to_have_text("Step 0 of 6")
    expect(page.locator(f"{STAGE} .dr-says")).to_contain_text("noise that the drawing starts from")
    slider.press("ArrowRight")
    expect(page.locator(f"{STAGE} .dr-caption")).to_have_text("Step 1 of 6")
    expect(page.locator(f"{STAGE} .dr-says")).to_contain_text("The prediction after step 1")
    guess = pixels(page, f"{STAGE} .dr-image")
    page.get_by_role("button", name="The noisy picture").click()
    expect(page.locator(f"{STAGE} .dr-says")).to_contain_text("The noisy picture after step 1")
    assert pixels(page, f"{STAGE} .dr-image") != guess
    page.get_by_role("button", name="The prediction").click()
    assert pixels(page, f"{STAGE} .dr-image") != last
    page.get_by_role("button", name="Play").click()
    expect(page.locator(f"{STAGE} .dr-caption")).to_have_text("Step 6 of 6")
    page.get_by_role("button", name="Pause").click()
    for name in ("png", "webp", "gif", "json"):
        with page.expect_download() as download:
            page.click(f"{STAGE} .dr-save[data-save={name}]")
        download.value.save_as(tmp_path / f"saved.{name}")
        assert (tmp_path / f"saved.{name}").stat().st_size > 100


def test_a_word_lights_its_region_and_the_picture_ranks_its_words(visit: Visit) -> None:
    page = visit.open(LINK)
    drawn(page)
    veil = f"{STAGE} .dr-veil"
    assert not any(pixels(page, veil))
    page.hover(f"{STAGE} .dr-word >> text=heart")
    expect(page.locator(f"{STAGE} .dr-note")).to_contain_text("“heart”")
    lit = pixels(page, veil)
    assert any(lit)
    expect(page.locator(f"{STAGE} .dr-rank-title")).to_contain_text("Over the whole picture")
    page.hover(f"{STAGE} .dr-frame", position={"x": 4, "y": 4})  # the paper
    expect(page.locator(f"{STAGE} .dr-rank-title")).to_contain_text("changes next to nothing")
    expect(page.locator(f"{STAGE} .dr-rank b")).to_have_count(0)
    page.hover(f"{STAGE} .dr-frame")  # its middle
    expect(page.locator(f"{STAGE} .dr-rank-title")).to_contain_text("the prompt acts through")
    shares = [
        float(text.rstrip("%")) for text in page.locator(f"{STAGE} .dr-rank b").all_inner_texts()
    ]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(100, abs=0.5)
    page.click(f"{STAGE} .dr-word >> text=red")
    expect(page.locator(f"{STAGE} .dr-word >> text=red")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="This step").click()
    assert any(pixels(page, veil))


@pytest.mark.slow
def test_stop_keeps_what_is_there(visit: Visit) -> None:
    page = visit.open(LINK)
    drawn(page)  # the model is loaded
    page.goto(visit.address + f"{TAB}&steps=50&count=4&prompt=a+red+heart")
    expect(page.locator(f"{STAGE} .dr-thumbs img").nth(2)).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="Stop").last.click()
    expect(page.locator("#text_to_image-draw-result")).to_contain_text(
        re.compile(r"Stopped after \d+ of 50"), timeout=PATIENCE
    )
    drawn(page)


@pytest.mark.slow
def test_a_saved_picture_dropped_back_fills_the_form_and_draws_the_same(
    visit: Visit, tmp_path: Path
) -> None:
    page = visit.open(f"{TAB}&seed=11&steps=5&guidance=2&style=flat&negative=blue&prompt=a+red+car")
    drawn(page)
    before = pixels(page, f"{STAGE} .dr-image")
    with page.expect_download() as download:
        page.click(f"{STAGE} .dr-save[data-save=png]")
    file = tmp_path / "saved.png"
    download.value.save_as(file)
    page = visit.open(TAB)
    page.locator("#text_to_image-recipe button").first.click()
    page.locator("#text_to_image-file input[type=file]").set_input_files(file)
    expect(page.locator("#text_to_image-prompt textarea")).to_have_value("a red car")
    drawn(page)
    expect(page.locator("#st-tab-text_to_image")).to_contain_text("Filled in from the recipe")
    assert pixels(page, f"{STAGE} .dr-image") == before
    page.locator("#text_to_image-settings button").first.click()
    expect(page.locator("#text_to_image-seed textarea, #text_to_image-seed input")).to_have_value(
        "11"
    )


@pytest.mark.slow
def test_four_pictures_can_be_looked_at_one_by_one(visit: Visit) -> None:
    page = visit.open(f"{TAB}&seed=1&steps=3&count=4&prompt=rocket")
    drawn(page, pictures=4)
    page.locator(f"{STAGE} .dr-all button").first.click()
    expect(page.locator(f"{STAGE} .dr-all button").first).to_have_attribute("aria-pressed", "true")
    expect(page.locator(f"{STAGE} .dr-save[data-save=png]")).to_have_attribute(
        "href", re.compile("1-pictogram-painter.png")
    )


@pytest.mark.slow
def test_what_ifs_show_a_grid_a_swap_and_a_way(visit: Visit) -> None:
    page = visit.open(
        f"{TAB}&view=grid&rows=seed&row_values=1,2&column_values=0,3&steps=2&prompt=a+blue+car"
    )
    expect(page.locator(f"{STAGE} .dr-grid img")).to_have_count(4, timeout=PATIENCE)
    page = visit.open(f"{TAB}&view=swap&word=red&other=blue&seed=1&steps=2&prompt=a+red+%3Cb%3Ecar")
    expect(page.locator(f"{STAGE} .dr-swap img")).to_have_count(3, timeout=PATIENCE)
    expect(page.locator(STAGE)).to_contain_text("a blue <b>car")
    page = visit.open(f"{TAB}&view=between&second=moon&frames=3&steps=2&prompt=sun")
    expect(page.locator(f"{STAGE} .dr-thumbs img")).to_have_count(3, timeout=PATIENCE)
    expect(page.locator(f"{STAGE} .dr-save[data-save=gif]")).to_be_visible(timeout=PATIENCE)


def test_an_empty_prompt_is_answered_with_a_sentence(visit: Visit) -> None:
    page = visit.open(TAB)
    page.click(RUN)
    expect(page.locator("#text_to_image-draw-result .st-error")).to_contain_text("Say what to draw")


@pytest.mark.slow
def test_a_copied_link_draws_the_picture_on_screen(visit: Visit) -> None:
    page = visit.open(f"{TAB}&steps=2&prompt=a+red+heart")
    drawn(page)
    page.locator("#st-tab-text_to_image .st-copy-link").click()
    link = page.locator("#st-tab-text_to_image").get_by_label("Link to this")
    expect(link).to_have_value(re.compile(r"prompt=a\+red\+heart.*steps=2.*seed=\d+"))


@pytest.mark.slow  # axe reads every view, for half a minute
def test_results_are_accessible(visit: Visit) -> None:
    page = visit.open(LINK)
    drawn(page)
    assert serious_in_any_light(page) == []


@pytest.mark.slow
def test_it_fits_a_phone(visit: Visit) -> None:
    visit.page.set_viewport_size(PHONE)
    page = visit.open(f"{LINK}&count=2")
    drawn(page, pictures=2)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
