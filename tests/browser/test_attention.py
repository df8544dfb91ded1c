"""The attention tab as a visitor uses it: hover, pin, another head, what is hidden."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import ModuleType

import pytest
from playwright.sync_api import expect

from demos.attention import tab as attention
from tests.browser.attention_page import NUMBER, READOUT, link, opened, place, shown, token
from tests.browser.conftest import Visit, new_visit


@pytest.fixture(scope="module")
def address(alone: Callable[[ModuleType], str]) -> str:
    return alone(attention)


@pytest.mark.slow
def test_hovering_shows_a_tokens_weights_and_clicking_pins_it(visit: Visit) -> None:
    page = opened(visit, layer=6, head=12, token=2)
    expect(page.locator(READOUT)).to_contain_text("The looks at")
    token(page, "it").hover()
    expect(page.locator(READOUT)).to_contain_text("it looks at animal0.673")
    page.mouse.move(5, 5)
    expect(page.locator(READOUT)).to_contain_text("The looks at")
    token(page, "it").click()
    page.mouse.move(5, 5)
    expect(page.locator(READOUT)).to_contain_text("it looks at animal0.673")
    expect(token(page, "it")).to_have_attribute("aria-selected", "true")


def test_a_cell_of_the_heat_map_says_its_weight_and_pins_its_row(visit: Visit) -> None:
    page = opened(visit, layer=6, head=12)
    box = page.locator(".at-heat").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.6)
    expect(page.locator(READOUT)).to_contain_text("→")
    value = float(page.locator(NUMBER).inner_text())
    assert 0 <= value <= 1
    page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + 100)
    page.mouse.move(5, 5)
    expect(page.locator(READOUT)).to_contain_text("[CLS] looks at")


@pytest.mark.slow
def test_a_click_on_a_small_picture_opens_that_head_and_the_link_holds_it(visit: Visit) -> None:
    page = opened(visit)
    grid = page.locator(".at-heads canvas")
    box = grid.bounding_box()
    assert box
    cell = (box["width"] - 30) / 12
    grid.click(position={"x": 30 + cell * 4.5, "y": 22 + cell * 1.5})
    expect(page.locator("select[data-control=head]")).to_have_value("5")
    assert place(page) == ("2", "5")
    page.click(".st-copy-link")
    page.wait_for_url(re.compile("layer=2&head=5"))
    page.goto(page.url)
    shown(page)
    assert place(page) == ("2", "5")


@pytest.mark.slow
def test_arrows_step_through_heads_and_averages_replace_them(visit: Visit) -> None:
    page = opened(visit, layer=1, head=12)
    page.get_by_role("button", name="Head +").click()
    expect(page.locator("select[data-control=head]")).to_have_value("1")
    page.select_option("select[data-control=average]", "heads")
    expect(page.locator("select[data-control=head]")).to_be_disabled()
    expect(page.locator("select[data-control=head]")).to_have_text("mean")


@pytest.mark.slow
def test_special_tokens_can_be_hidden_and_rows_renormalised(visit: Visit) -> None:
    page = opened(visit, layer=6, head=12, token=11)
    page.select_option("select[data-control=hide]", "special")
    expect(page.locator(".at-list .at-token")).to_have_count(14)
    first = page.locator(NUMBER).first
    expect(first).to_have_text("0.673")  # as it was: hiding alone changes no weight
    page.get_by_label("rows sum to 1 again").check()
    expect(first).not_to_have_text("0.673")
    assert float(first.inner_text()) > 0.673


@pytest.mark.slow
def test_a_pair_of_sentences_has_its_filters(visit: Visit) -> None:
    page = opened(visit, text="A man plays.", second="Music is made.", pair="AB")
    lists = page.locator(".at-list")
    expect(lists).to_have_count(2)
    expect(lists.nth(0).locator(".at-token")).to_have_text(["A", "man", "plays", "."])
    expect(lists.nth(1).locator(".at-token")).to_have_text(["Music", "is", "made", "."])
    page.get_by_role("button", name="B→A").click()
    expect(lists.nth(0)).to_contain_text("Music")


@pytest.mark.slow
def test_the_keyboard_alone_moves_token_and_view(visit: Visit) -> None:
    page = opened(visit, layer=6, head=12, token=10)
    page.locator(".at-list").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(READOUT)).to_contain_text("it looks at")
    page.get_by_role("tab", name="Heat-map").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".at-lines")).to_be_visible()
    expect(page.get_by_role("tab", name="Lines")).to_be_focused()


@pytest.mark.slow
def test_the_first_token_can_be_hidden(visit: Visit) -> None:
    page = opened(visit, layer=6, head=12, token=11)
    page.select_option("select[data-control=hide]", "first")
    expect(page.locator(".at-list .at-token")).to_have_count(15)
    expect(token(page, "[CLS]")).to_have_count(0)


@pytest.mark.slow
def test_another_kind_of_model_lets_the_chosen_model_go(visit: Visit) -> None:
    page = visit.open("?tab=attention")
    page.locator("#attention-settings button").first.click()
    menu = page.locator("#attention-settings input")
    menu.click()
    page.get_by_role("option", name=re.compile("MiniLM")).first.click()
    expect(menu).to_have_value(re.compile("MiniLM"))
    page.get_by_label("Decoder: sees what came before").check()
    expect(menu).not_to_have_value(re.compile("MiniLM"))


@pytest.mark.slow
def test_two_visitors_do_not_see_each_other(visit: Visit, address: str) -> None:
    first = opened(visit)
    other = new_visit(visit.page.context, address)
    second = other.open(link(text="Another text altogether"))
    shown(second)
    first.select_option("select[data-control=head]", "2")
    expect(first.locator(".at-list")).to_contain_text("animal")
    assert "animal" not in second.locator(".at-list").inner_text()
