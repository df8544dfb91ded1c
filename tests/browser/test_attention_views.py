"""Every view of the attention tab shows what it is about, follows the chosen token, and fits."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import ModuleType

import pytest
from playwright.sync_api import expect

from demos.attention import tab as attention
from tests.browser.attention_page import READOUT, TEXT, opened, panel, token
from tests.browser.axe import serious_in_any_light
from tests.browser.conftest import PATIENCE, PHONE, Visit, at_rest


@pytest.fixture(scope="module")
def address(alone: Callable[[ModuleType], str]) -> str:
    return alone(attention)


def test_lines_step_by_step_layers_effect_and_tokens_follow_the_same_token(visit: Visit) -> None:
    page = opened(visit, layer=6, head=12, token=11)
    panel(page, "Lines")
    expect(page.locator(".at-lines")).to_be_visible()
    panel(page, "Step by step")
    expect(page.locator(".at-proof")).to_contain_text("Largest difference between the two")
    difference = re.search(r"[\d.]+e-\d+|0e\+0", page.locator(".at-proof").inner_text())
    assert difference and float(difference.group()) <= 1e-5
    row = page.locator(".at-table tbody tr", has=page.get_by_role("rowheader", name="animal"))
    expect(row).to_contain_text("0.6733")
    panel(page, "Layers")
    expect(page.locator(".at-rolled")).to_have_count(6)
    panel(page, "Effect")
    expect(page.locator(".at-finding")).to_contain_text("Rank correlation", timeout=PATIENCE)
    expect(page.locator(".at-effect")).to_have_count(16 + 12)
    panel(page, "Tokens")
    expect(page.locator(".at-table tbody tr")).to_have_count(16)
    expect(page.locator(".at-table tbody tr").nth(10)).to_contain_text("43–45")
    assert visit.complaints == []


@pytest.mark.slow
def test_a_decoder_shows_its_predictions_layer_by_layer(visit: Visit) -> None:
    text = "The capital of France is Paris. The capital of Italy is"
    page = opened(visit, text=text, kind="decoder", view="layers")
    table = page.locator(".at-lens-table")
    expect(table).to_be_visible(timeout=PATIENCE)
    guess = table.locator("tbody tr").last.locator("td").last
    expect(guess).to_have_text("␣Rome")
    edge = page.locator(".at-lens .at-scroll").bounding_box()
    box = guess.bounding_box()
    assert edge and box and box["x"] + box["width"] <= edge["x"] + edge["width"] + 1  # in sight
    panel(page, "Effect")
    expect(page.locator(".at-finding")).to_contain_text("Rome", timeout=PATIENCE)


@pytest.mark.slow
def test_an_encoder_decoder_shows_three_attentions(visit: Visit) -> None:
    page = opened(visit, text="14 February 2024", kind="seq2seq")
    expect(page.locator(".at-list")).to_have_count(2)
    assert page.locator(".at-list").nth(0).inner_text().replace("\n", "").endswith("2024-02-14")
    page.get_by_role("button", name="Encoder", exact=True).click()
    expect(page.locator(".at-list")).to_have_count(1)


@pytest.mark.slow
def test_lines_follow_the_token_that_is_pointed_at_and_clicked(visit: Visit) -> None:
    page = opened(visit, layer=6, head=12, token=2, view="lines")
    canvas = page.locator(".at-lines")
    box = canvas.bounding_box()
    assert box
    it = {"x": 40, "y": 34 + (box["height"] - 42) / 16 * 10.5}  # the 11th of 16 names
    canvas.hover(position=it)  # type: ignore[arg-type]
    expect(page.locator(READOUT)).to_contain_text("it looks at animal0.673")
    page.mouse.move(5, 5)
    expect(page.locator(READOUT)).to_contain_text("The looks at")
    canvas.click(position=it)  # type: ignore[arg-type]
    page.mouse.move(5, 5)
    expect(page.locator(READOUT)).to_contain_text("it looks at animal0.673")


@pytest.mark.slow
def test_a_token_or_head_chosen_in_any_table_is_chosen_everywhere(visit: Visit) -> None:
    page = opened(visit, layer=6, head=12, token=11, view="steps")
    page.locator(".at-table").get_by_role("button", name="animal", exact=True).click()
    expect(page.locator(READOUT)).to_contain_text("animal looks at")
    expect(page.locator(".at-line").first).to_contain_text("q (animal)")
    expect(page.locator(".at-table").get_by_role("button", name="animal")).to_be_focused()
    panel(page, "Layers")
    page.locator(".at-rolled").last.get_by_text("street", exact=True).click()
    expect(page.locator(READOUT)).to_contain_text("street looks at")
    panel(page, "Tokens")
    page.locator(".at-table").get_by_role("button", name="tired", exact=True).press("Enter")
    panel(page, "Effect")
    expect(page.locator(".at-finding")).to_be_visible(timeout=PATIENCE)
    expect(token(page, "tired").first).to_have_attribute("aria-selected", "true")
    page.get_by_role("button", name="Head 3", exact=True).click()
    expect(page.locator("select[data-control=head]")).to_have_value("3")
    assert visit.complaints == []


@pytest.mark.slow
def test_a_view_of_several_heads_says_whose_weights_the_steps_are(visit: Visit) -> None:
    page = opened(visit, layer=6, head=12, view="steps")
    expect(page.locator(".at-proof")).to_contain_text("the row of the heat-map")
    page.select_option("select[data-control=average]", "heads")
    expect(page.locator(".at-proof")).to_contain_text("those of layer 6, head 12, over all tokens")


@pytest.mark.slow
def test_the_rollout_of_a_long_text_says_what_is_pointed_at(visit: Visit) -> None:
    page = opened(visit, text=f"{TEXT} " * 4, view="layers")
    picture = page.locator(".at-rollout-picture")
    box = picture.bounding_box()
    assert box
    picture.hover(position={"x": box["width"] - 5, "y": box["height"] - 5})
    expect(page.locator(".at-rolled-cell")).to_contain_text(re.compile(r"Layer 6: \[SEP\]\s*0\.\d"))
    expect(page.locator("[data-export=png]")).to_be_visible()


@pytest.mark.slow  # axe reads every view, for half a minute
def test_every_view_is_accessible(visit: Visit) -> None:
    page = opened(visit, layer=6, head=12)
    for name in ("Heat-map", "Lines", "Step by step", "Layers", "Effect", "Tokens"):
        panel(page, name)
        if name == "Effect":
            expect(page.locator(".at-finding")).to_be_visible(timeout=PATIENCE)
        assert serious_in_any_light(page, "#attention-stage") == [], name


@pytest.mark.slow
def test_a_phone_needs_no_sideways_scroll_in_any_view(visit: Visit) -> None:
    visit.page.set_viewport_size(PHONE)
    page = opened(visit)
    for name in ("Heat-map", "Lines", "Step by step", "Layers", "Tokens"):
        panel(page, name)
        at_rest(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
