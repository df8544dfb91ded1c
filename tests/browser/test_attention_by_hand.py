"""By hand: every number is there without a run, can be changed, followed and linked to."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from playwright.sync_api import Page, Route, expect

from demos.attention import tab as attention
from tests.browser.axe import serious_in_any_light
from tests.browser.conftest import PHONE, Visit, at_rest, new_visit
from tests.browser.hand_page import PROBLEM, SUM, cell, opened


@pytest.fixture(scope="module")
def address(alone: Callable[[ModuleType], str]) -> str:
    return alone(attention)


def row(page: Page, table: str, number: int) -> list[str]:
    return (
        page.locator(f'[data-table="{table}"] tbody tr')
        .nth(number - 1)
        .locator("td")
        .all_inner_texts()
    )


def test_it_opens_without_a_run_and_with_the_true_rows(visit: Visit) -> None:
    page = visit.open("?tab=attention")
    page.get_by_role("tab", name="By hand").click()
    expect(cell(page, "weights", 1, 1)).to_have_text("0.299")
    assert row(page, "weights", 3) == ["0.208", "0.315", "0.477"]
    assert row(page, "products", 1) == ["0.14", "0.32", "0.5"]
    expect(page).to_have_url(re.compile("view=hand"))
    waves = page.locator(".hw-waves canvas")
    colours = "(c) => new Set(c.getContext('2d').getImageData(0, 0, c.width, c.height).data).size"
    expect(waves).to_be_visible()
    assert waves.evaluate(colours) > 100
    page.get_by_role("tab", name="In a model").click()
    expect(page.locator("#attention-run")).to_be_visible()
    expect(page).not_to_have_url(re.compile("view=hand"))
    page.go_back()
    expect(cell(page, "weights", 1, 1)).to_be_visible()
    assert visit.complaints == [] and visit.outside == []


@pytest.mark.slow
def test_every_number_fits_on_one_screen(visit: Visit) -> None:
    page = opened(visit, hand="heads")
    at_rest(page)
    for table in ("embedding", "w_v", "output", "probabilities"):
        box = page.locator(f'[data-table="{table}"]').last.bounding_box()
        assert box and box["y"] + box["height"] <= 900 and box["x"] + box["width"] <= 1440, table


def test_a_changed_cell_changes_all_that_follows_and_reset_brings_it_back(visit: Visit) -> None:
    page = opened(visit)
    reset = page.get_by_role("button", name="Reset")
    expect(reset).to_be_disabled()
    cell(page, "embedding", 1, 1).fill("0.5")
    expect(cell(page, "x", 1, 1)).to_have_text("0.5")
    expect(cell(page, "products", 1, 1)).to_have_text("0.38")  # 0.5² + 0.2² + 0.3²
    expect(cell(page, "logits", 1, 1)).not_to_have_text("−0.6")
    expect(page).to_have_url(re.compile("hand=%7B"))
    reset.click()
    expect(cell(page, "products", 1, 1)).to_have_text("0.14")
    expect(cell(page, "embedding", 1, 1)).to_have_value("0.1")
    expect(page).not_to_have_url(re.compile("hand=%7B"))


@pytest.mark.slow
@pytest.mark.parametrize("typed", ["abc", "1e400", ""])
def test_what_is_no_number_gets_a_sentence_and_changes_nothing(visit: Visit, typed: str) -> None:
    page = opened(visit)
    field = cell(page, "w_q", 2, 2)
    field.fill(typed)
    expect(page.locator(PROBLEM)).to_contain_text(
        "W_Q, row 2, column 2 must be a number from -1000 to 1000"
    )
    expect(page.locator(PROBLEM)).to_contain_text("What was there before stays.")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(cell(page, "q", 2, 2)).to_have_text("0.5")
    field.blur()
    expect(field).to_have_value("1")
    field.fill("2")
    expect(page.locator(PROBLEM)).to_be_hidden()
    expect(cell(page, "q", 2, 2)).to_have_text("1")


@pytest.mark.slow
def test_each_step_lights_what_is_read_and_written_and_writes_it_out(visit: Visit) -> None:
    page = opened(visit)
    forward = page.get_by_role("button", name="Next ›")
    for _ in range(5):
        forward.click()
    expect(page.locator(".hw-said")).to_contain_text("Scores5 of 15")
    cell(page, "products", 1, 2).click()
    expect(page.locator(SUM)).to_have_text("S[A, B] = 0.1·0.4 + 0.2·0.5 + 0.3·0.6 = 0.32")
    read = page.locator(".hw-read").evaluate_all("all => all.map((one) => one.dataset.cell)")
    assert read == ["q:0:0", "q:0:1", "q:0:2", "k:1:0", "k:1:1", "k:1:2"]
    expect(page.locator(".hw-written")).to_have_text("0.32")
    cell(page, "output", 1, 1).click()
    expect(page.locator(SUM)).to_have_text("Z[A, 1] = 0.299·0.1 + 0.332·0.4 + 0.369·0.7 = 0.421")
    expect(page).to_have_url(re.compile("step=mix&cell=1.1"))
    cell(page, "weights", 1, 3).click()
    expect(page.locator(SUM)).to_have_text(
        "A[A, C] = e0.289 ÷ (e0.081 + e0.185 + e0.289) = 1.33 ÷ 3.62 = 0.369"
    )
    page.get_by_label("Step", exact=True).select_option("next")
    expect(page.locator(".hw-said")).to_contain_text("comes next with")
    expect(forward).to_be_disabled()


@pytest.mark.slow
def test_the_mask_can_be_seen_and_switched(visit: Visit) -> None:
    page = opened(visit, hand="causal", step="scale", cell="1.2")
    expect(cell(page, "masked", 1, 2)).to_have_text("0.185")
    page.get_by_role("button", name="Next ›").click()
    expect(cell(page, "masked", 1, 2)).to_have_text("−∞")
    expect(page.locator(".hw-said")).to_contain_text("“B” comes after “A”")
    assert row(page, "weights", 1) == ["1", "0", "0"]
    page.get_by_label("causal mask").uncheck()
    expect(cell(page, "weights", 1, 1)).to_have_text("0.299")
    expect(page.locator(".hw-masked")).to_have_count(0)


@pytest.mark.slow
def test_presets_words_and_heads_change_the_tables(visit: Visit) -> None:
    page = opened(visit)
    page.get_by_role("button", name="two heads").click()
    expect(page.get_by_role("group", name="Head 2")).to_be_visible()
    expect(page.locator(".hw-after")).to_contain_text("After “cat”: “sat”, 84 %")
    page.get_by_role("button", name="1", exact=True).click()
    expect(page.get_by_role("group", name="Head 2")).to_have_count(0)
    page.get_by_label("Words", exact=True).fill("The cat sat down")
    page.get_by_label("Words", exact=True).press("Enter")
    expect(page.locator('[data-table="x"] tbody tr')).to_have_count(4)
    expect(cell(page, "position", 4, 1)).to_have_value("0.14")  # sin 3
    page.get_by_role("button", name="uniform").click()
    expect(page.locator('[data-table="weights"] td.hw-masked')).to_have_count(0)
    assert row(page, "weights", 2) == ["0.333", "0.333", "0.333"]


@pytest.mark.slow
def test_a_link_brings_numbers_step_and_cell_back(visit: Visit) -> None:
    page = opened(visit, hand="heads", step="softmax", cell="2.1")
    cell(page, "w_q", 1, 1).fill("3")
    expect(cell(page, "q", 1, 1)).to_have_text("3")
    cell(page, "weights", 3, 5).click()  # of the second head
    expect(page).to_have_url(re.compile(r"cell=3\.5"))
    before = page.locator(".hw").inner_text()
    page.reload()
    page.wait_for_selector("html.st-opened")
    expect(page.locator(SUM)).to_contain_text("A2[sat, cat]")
    expect(cell(page, "w_q", 1, 1)).to_have_value("3")
    assert page.locator(".hw").inner_text() == before
    other = new_visit(page.context, visit.address)
    other.page.goto(page.url)
    expect(other.page.locator(SUM)).to_have_text(page.locator(SUM).inner_text())


@pytest.mark.slow
def test_a_link_that_cannot_be_used_opens_the_first_preset_and_says_so(visit: Visit) -> None:
    page = opened(visit, hand='{"w_q":[[1]]}', step="nowhere", cell="99.99")
    expect(cell(page, "weights", 1, 1)).to_have_text("0.299")
    expect(page.get_by_text("hand, step")).to_be_visible()


@pytest.mark.slow
def test_it_is_all_done_by_keyboard(visit: Visit) -> None:
    page = opened(visit)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".hw-said")).to_contain_text("Query")
    page.get_by_role("button", name="Next ›").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(SUM)).to_contain_text("Q[A, 2] = ")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(SUM)).to_contain_text("X[A, 2] = ")
    cell(page, "embedding", 1, 1).focus()
    page.keyboard.press("ArrowDown")
    expect(cell(page, "embedding", 2, 1)).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(cell(page, "embedding", 2, 2)).to_be_focused()
    page.keyboard.type("1")
    expect(cell(page, "x", 2, 2)).to_have_text("1")
    page.keyboard.press("Tab")
    expect(cell(page, "position", 1, 1)).to_be_focused()  # one stop for each table
    expect(page.locator(".hw-said")).to_contain_text("Word and place")


@pytest.mark.slow
def test_a_late_answer_does_not_replace_a_newer_one(visit: Visit) -> None:
    page = opened(visit)
    kept_back: list[Route] = []
    page.route(
        re.compile("component_server"),
        lambda route: route.continue_() if kept_back else kept_back.append(route),
    )
    cell(page, "embedding", 1, 1).fill("5")
    page.wait_for_timeout(400)  # it is asked about
    cell(page, "embedding", 1, 1).fill("0")
    expect(cell(page, "x", 1, 1)).to_have_text("0")
    with page.expect_response(re.compile("component_server")):
        kept_back[0].continue_()
    page.wait_for_timeout(300)
    expect(cell(page, "x", 1, 1)).to_have_text("0")


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["csv", "json", "html"])
def test_it_is_taken_away_with_its_numbers(visit: Visit, kind: str, tmp_path: Path) -> None:
    page = opened(visit, hand="causal", step="softmax", cell="2.2")
    page.get_by_role("button", name="Take it away").click()
    with page.expect_download() as waiting:
        page.locator(f'[data-take="{kind}"]').click()
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    text = file.read_text("utf-8-sig")
    if kind == "csv":
        assert "worked.heads[0].weights" in text and "0.4354" in text
    if kind == "json":
        data = json.loads(text)["parts"][0]["data"]
        assert data["numbers"]["tokens"] == ["A", "B", "C"]
        assert data["worked"]["heads"][0]["masked"][0][1] is None
    if kind == "html":
        alone = new_visit(page.context, "file://")
        alone.page.goto(file.as_uri())
        expect(alone.page.locator(SUM)).to_contain_text("A[B, B] = ")
        alone.page.get_by_role("button", name="Next ›").click()
        expect(alone.page.locator(".hw-said")).to_contain_text("Mix the values")
        assert alone.complaints == [] and alone.outside == []


@pytest.mark.slow
def test_in_a_frame_it_stands_alone(visit: Visit) -> None:
    page = opened(visit, hand="heads", embed="1")
    expect(page.locator(".hw-table").first).to_be_visible()
    expect(page.get_by_role("tab", name="In a model")).to_be_hidden()
    expect(page.get_by_role("button", name="uniform")).to_be_hidden()
    page.get_by_role("button", name="The form").click()
    page.get_by_role("button", name="uniform").click()
    expect(cell(page, "weights", 2, 3)).to_have_text("0.333")


@pytest.mark.slow
def test_on_a_phone_the_step_stays_in_sight_and_nothing_sticks_out(visit: Visit) -> None:
    visit.page.set_viewport_size(PHONE)
    page = opened(visit, hand="heads", step="contract", cell="3.4")
    page.get_by_role("button", name="Next ›").click()
    expect(page.locator(".hw-written")).to_be_in_viewport()
    expect(page.locator(SUM)).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.slow
def test_it_speaks_chinese(visit: Visit) -> None:
    visit.page.set_extra_http_headers({"accept-language": "zh-CN"})
    page = opened(visit, step="scores", cell="1.2")
    expect(page.locator(".hw-said")).to_contain_text("“A”的查询与“B”的键有多相配：两行的点积。")
    cell(page, "w_q", 1, 1).fill("一")
    expect(page.locator(PROBLEM)).to_contain_text("W_Q 第 1 行第 1 列必须是")
    visit.page.set_extra_http_headers({})


@pytest.mark.slow  # axe reads the view twice
def test_it_is_accessible(visit: Visit) -> None:
    for step in ("whole", "softmax"):
        page = opened(visit, hand="heads", step=step, cell="3.2")
        assert serious_in_any_light(page, "#attention-hand") == [], step
