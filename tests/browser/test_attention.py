"""The attention tab as a visitor uses it: every view, hover, pin, head change, export."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from urllib.parse import urlencode

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from demos.attention import tab as attention
from tests.browser.axe import serious_in_any_light
from tests.browser.conftest import PATIENCE, PHONE, Visit, at_rest, new_visit

TEXT = "The animal didn't cross the street because it was too tired."
RUN, FIELD, STATUS = "#attention-run", "#attention-text textarea", "#attention-status"
READOUT, NUMBER = ".at-readout", ".at-readout .at-number"


@pytest.fixture(scope="module")
def address(alone: Callable[[ModuleType], str]) -> str:
    return alone(attention)


def link(**values: object) -> str:
    return "?" + urlencode({"tab": "attention", "text": TEXT, **values})


def opened(visit: Visit, **values: object) -> Page:
    page = visit.open(link(**values))
    shown(page)
    return page


def shown(page: Page) -> None:
    expect(page.locator(".at-tabs")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#attention-card")).to_contain_text("heads in each", timeout=PATIENCE)


def panel(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()


def token(page: Page, text: str):  # type: ignore[no-untyped-def]
    return page.locator(".at-list .at-token", has_text=re.compile(f"^{re.escape(text)}$"))


def place(page: Page) -> tuple[str, str]:
    return tuple(page.locator(f"select[data-control={n}]").input_value() for n in ("layer", "head"))  # type: ignore[return-value]


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


def test_arrows_step_through_heads_and_averages_replace_them(visit: Visit) -> None:
    page = opened(visit, layer=1, head=12)
    page.get_by_role("button", name="Head +").click()
    expect(page.locator("select[data-control=head]")).to_have_value("1")
    page.select_option("select[data-control=average]", "heads")
    expect(page.locator("select[data-control=head]")).to_be_disabled()
    expect(page.locator("select[data-control=head]")).to_have_text("mean")


def test_special_tokens_can_be_hidden_and_rows_renormalised(visit: Visit) -> None:
    page = opened(visit, layer=6, head=12, token=11)
    page.select_option("select[data-control=hide]", "special")
    expect(page.locator(".at-list .at-token")).to_have_count(14)
    first = page.locator(NUMBER).first
    expect(first).to_have_text("0.673")  # as it was: hiding alone changes no weight
    page.get_by_label("rows sum to 1 again").check()
    expect(first).not_to_have_text("0.673")
    assert float(first.inner_text()) > 0.673


def test_a_pair_of_sentences_has_its_filters(visit: Visit) -> None:
    page = opened(visit, text="A man plays.", second="Music is made.", pair="AB")
    lists = page.locator(".at-list")
    expect(lists).to_have_count(2)
    expect(lists.nth(0).locator(".at-token")).to_have_text(["A", "man", "plays", "."])
    expect(lists.nth(1).locator(".at-token")).to_have_text(["Music", "is", "made", "."])
    page.get_by_role("button", name="B→A").click()
    expect(lists.nth(0)).to_contain_text("Music")


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


def test_a_decoder_shows_its_predictions_layer_by_layer(visit: Visit) -> None:
    text = "The capital of France is Paris. The capital of Italy is"
    page = opened(visit, text=text, kind="decoder", view="layers")
    table = page.locator(".at-lens-table")
    expect(table).to_be_visible(timeout=PATIENCE)
    guess = table.locator("tbody tr").last.locator("td").last
    expect(guess).to_have_text("·Rome")
    edge = page.locator(".at-lens .at-scroll").bounding_box()
    box = guess.bounding_box()
    assert edge and box and box["x"] + box["width"] <= edge["x"] + edge["width"] + 1  # in sight
    panel(page, "Effect")
    expect(page.locator(".at-finding")).to_contain_text("Rome", timeout=PATIENCE)


def test_an_encoder_decoder_shows_three_attentions(visit: Visit) -> None:
    page = opened(visit, text="14 February 2024", kind="seq2seq")
    expect(page.locator(".at-list")).to_have_count(2)
    assert page.locator(".at-list").nth(0).inner_text().replace("\n", "").endswith("2024-02-14")
    page.get_by_role("button", name="Encoder", exact=True).click()
    expect(page.locator(".at-list")).to_have_count(1)


def test_by_hand_is_exact_and_says_what_is_no_number(visit: Visit) -> None:
    page = opened(visit, view="hand")
    weights = page.locator(".at-hand-result table").nth(2).locator("td.at-num")
    expect(weights.first).to_have_text("0.193")  # exp(1/√3) / (2 exp(1/√3) + exp(3/√3))
    waves = page.locator(".at-panel canvas")
    assert (
        waves.evaluate(
            "(c) => new Set(c.getContext('2d').getImageData(0, 0, c.width, c.height).data).size"
        )
        > 100
    )
    page.get_by_label("Q The 1", exact=True).fill("0")
    expect(weights.first).to_have_text("0.168")  # 1 / (1 + exp(1/√3) + exp(2/√3))
    page.get_by_label("Q cat 2", exact=True).fill("x")
    expect(page.locator(".at-hand-result")).to_contain_text("Q, row 2, column 2 must be a number")
    page.get_by_label("Q cat 2", exact=True).fill("2")
    page.get_by_label("causal mask").check()
    expect(page.locator(".at-hand-result table").nth(1)).to_contain_text("−∞")


def test_a_late_answer_does_not_replace_a_newer_one(visit: Visit) -> None:
    page = opened(visit, view="hand")
    weights = page.locator(".at-hand-result table").nth(2).locator("td.at-num")
    expect(weights.first).to_have_text("0.193")
    kept_back: list[Route] = []
    page.route(
        re.compile("component_server"),
        lambda route: route.continue_() if kept_back else kept_back.append(route),
    )
    page.get_by_label("Q The 1", exact=True).fill("5")
    page.get_by_label("Q The 1", exact=True).fill("0")
    expect(weights.first).to_have_text("0.168")
    with page.expect_response(re.compile("component_server")):
        kept_back[0].continue_()
    page.wait_for_timeout(300)
    expect(weights.first).to_have_text("0.168")


def test_the_keyboard_alone_moves_token_and_view(visit: Visit) -> None:
    page = opened(visit, layer=6, head=12, token=10)
    page.locator(".at-list").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(READOUT)).to_contain_text("it looks at")
    page.get_by_role("tab", name="Heat-map").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".at-lines")).to_be_visible()
    expect(page.get_by_role("tab", name="Lines")).to_be_focused()


@pytest.mark.parametrize("kind", ["png", "svg", "csv", "json", "html"])
def test_a_view_is_saved_as(visit: Visit, kind: str, tmp_path: Path) -> None:
    page = opened(visit, layer=6, head=12)
    with page.expect_download() as waiting:
        page.click(f"[data-export={kind}]")
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    assert file.name == f"attention-6-12.{kind}"
    content = file.read_bytes()
    checks: dict[str, Callable[[], bool]] = {
        "png": lambda: len(content) > 5000 and is_opaque(file),
        "svg": lambda: content.startswith(b"<svg") and b">animal<" in content,
        "csv": lambda: content.decode().splitlines()[0].count(",") == 16,
        "json": lambda: json.loads(content)["look"]["head"] == 12,
        "html": lambda: b"http-equiv" not in content and b"<canvas" not in content,
    }
    assert checks[kind]()


def is_opaque(file: Path) -> bool:
    with Image.open(file) as image:
        return image.format == "PNG" and image.convert("RGBA").getextrema()[3] == (255, 255)  # type: ignore[index]


def test_each_view_is_saved_as_what_it_shows(visit: Visit, tmp_path: Path) -> None:
    page = opened(visit, layer=6, head=12, token=11, view="lines")
    with page.expect_download() as waiting:
        page.click("[data-export=svg]")
    waiting.value.save_as(tmp_path / "one.svg")
    page.get_by_label("lines of all tokens").check()
    with page.expect_download() as waiting:
        page.click("[data-export=svg]")
    waiting.value.save_as(tmp_path / "all.svg")
    one, every = ((tmp_path / f"{name}.svg").read_text().count("<path") for name in ("one", "all"))
    assert 0 < one < every
    panel(page, "Step by step")
    expect(page.locator(".at-proof")).to_be_visible()
    kinds = page.locator("[data-export]").evaluate_all("all => all.map((b) => b.dataset.export)")
    assert kinds == ["csv", "json", "html"]  # a table has no picture
    with page.expect_download() as waiting:
        page.click("[data-export=json]")
    waiting.value.save_as(tmp_path / "steps.json")
    assert json.loads((tmp_path / "steps.json").read_text())["look"]["token"] == 11


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


def test_a_view_of_several_heads_says_whose_weights_the_steps_are(visit: Visit) -> None:
    page = opened(visit, layer=6, head=12, view="steps")
    expect(page.locator(".at-proof")).to_contain_text("the row of the heat-map")
    page.select_option("select[data-control=average]", "heads")
    expect(page.locator(".at-proof")).to_contain_text("those of layer 6, head 12, over all tokens")


def test_the_first_token_can_be_hidden(visit: Visit) -> None:
    page = opened(visit, layer=6, head=12, token=11)
    page.select_option("select[data-control=hide]", "first")
    expect(page.locator(".at-list .at-token")).to_have_count(15)
    expect(token(page, "[CLS]")).to_have_count(0)


def test_the_rollout_of_a_long_text_says_what_is_pointed_at(visit: Visit) -> None:
    page = opened(visit, text=f"{TEXT} " * 4, view="layers")
    picture = page.locator(".at-rollout-picture")
    box = picture.bounding_box()
    assert box
    picture.hover(position={"x": box["width"] - 5, "y": box["height"] - 5})
    expect(page.locator(".at-rolled-cell")).to_contain_text(re.compile(r"Layer 6: \[SEP\]\s*0\.\d"))
    expect(page.locator("[data-export=png]")).to_be_visible()


def test_another_kind_of_model_lets_the_chosen_model_go(visit: Visit) -> None:
    page = visit.open("?tab=attention")
    page.locator("#attention-settings button").first.click()
    menu = page.locator("#attention-settings input")
    menu.click()
    page.get_by_role("option", name=re.compile("MiniLM")).first.click()
    expect(menu).to_have_value(re.compile("MiniLM"))
    page.get_by_label("Decoder: sees what came before").check()
    expect(menu).not_to_have_value(re.compile("MiniLM"))


def test_a_saved_page_of_a_long_pair_says_which_layer_it_holds(
    visit: Visit, tmp_path: Path
) -> None:
    long = "The cat sat down. " * 40
    page = opened(visit, text=long, second=long, layer=3, head=2, average="heads", pair="AB")
    with page.expect_download() as waiting:
        page.click("[data-export=html]")
    file = tmp_path / "attention.html"
    waiting.value.save_as(file)
    alone = new_visit(visit.page.context, "file://")
    alone.page.goto(file.as_uri())
    expect(alone.page.locator(".at-heat")).to_be_visible()
    assert place(alone.page) == ("3", "2")
    assert alone.page.locator(".at-list .at-token").count() > 288
    alone.page.select_option("select[data-control=layer]", "5")
    expect(alone.page.locator(".st-notice")).to_contain_text("holds layer 3 alone")
    assert place(alone.page) == ("3", "2")
    alone.page.select_option("select[data-control=head]", "4")
    expect(alone.page.locator(".st-notice")).to_be_hidden()
    assert place(alone.page) == ("3", "4")
    assert alone.complaints == []


def test_the_saved_page_works_from_disk(visit: Visit, tmp_path: Path) -> None:
    page = opened(visit, text="<b>It</b> & </script> it", layer=6, head=12)
    with page.expect_download() as waiting:
        page.click("[data-export=html]")
    file = tmp_path / "attention.html"
    waiting.value.save_as(file)
    alone = new_visit(visit.page.context, "file://")
    alone.page.goto(file.as_uri())
    expect(alone.page.locator(".at-heat")).to_be_visible()
    alone.page.select_option("select[data-control=head]", "3")
    expect(alone.page.locator("select[data-control=head]")).to_have_value("3")
    alone.page.get_by_role("tab", name="Lines").click()
    expect(alone.page.locator(".at-lines")).to_be_visible()
    expect(alone.page.locator("body")).to_contain_text("<b>It</b> & </script> it")
    assert alone.complaints == [] and alone.outside == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("word " * 700, "the first 512 of 702 tokens are shown"),
        ("x" * 10_000, None),
        ("🙂👩‍👩‍👧👍🏽", None),
        ("مرحبا بالعالم", None),
        ("<script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'>", None),
        ("a", None),
    ],
    ids=["long", "no-space", "emoji", "right-to-left", "markup", "one"],
)
def test_odd_texts_are_shown(visit: Visit, text: str, said: str | None) -> None:
    page = visit.open("?tab=attention")
    page.fill(FIELD, text)
    page.click(RUN)
    shown(page)
    if said:
        expect(page.locator("#attention-card")).to_contain_text(said)
    assert page.evaluate("window.hacked") is None
    assert visit.complaints == [] and visit.outside == []


def test_an_empty_text_gets_a_sentence(visit: Visit) -> None:
    page = visit.open("?tab=attention")
    page.click(RUN)
    expect(page.locator(".st-error")).to_contain_text("The text is empty")
    expect(page.locator(RUN)).to_be_enabled()


def test_a_link_to_a_head_that_is_not_there_still_opens(visit: Visit) -> None:
    page = opened(visit, layer=40, head=2, colour="red", hide="everything")
    expect(page.locator("#st-tab-attention .st-notice").first).to_contain_text("hide")
    assert int(place(page)[0]) <= 6


def test_two_visitors_do_not_see_each_other(visit: Visit, address: str) -> None:
    first = opened(visit)
    other = new_visit(visit.page.context, address)
    second = other.open(link(text="Another text altogether"))
    shown(second)
    first.select_option("select[data-control=head]", "2")
    expect(first.locator(".at-list")).to_contain_text("animal")
    assert "animal" not in second.locator(".at-list").inner_text()


@pytest.mark.slow  # axe reads every view, for half a minute
def test_every_view_is_accessible(visit: Visit) -> None:
    page = opened(visit, layer=6, head=12)
    for name in ("Heat-map", "Lines", "Step by step", "Layers", "Effect", "By hand", "Tokens"):
        panel(page, name)
        if name == "Effect":
            expect(page.locator(".at-finding")).to_be_visible(timeout=PATIENCE)
        assert serious_in_any_light(page, "#attention-stage") == [], name


def test_a_phone_needs_no_sideways_scroll_in_any_view(visit: Visit) -> None:
    visit.page.set_viewport_size(PHONE)
    page = opened(visit)
    for name in ("Heat-map", "Lines", "Step by step", "Layers", "By hand", "Tokens"):
        panel(page, name)
        at_rest(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
