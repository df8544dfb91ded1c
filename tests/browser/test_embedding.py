"""Results in somebody else's page: four live frames of one server at once, in a deck of reveal.js
too; as high as they need to be; dark, light, or without a background."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from demos.classification import tab as classification
from demos.shared import saved
from tests.browser.conftest import PATIENCE, VIEWPORT
from tests.browser.deck import deck, room, served
from tests.serving import ROOT

pytestmark = pytest.mark.slow  # four whole pages at a time

REVEAL = ROOT / "tests" / "web" / "node_modules" / "reveal.js"
LINK = "?tab=classification&view=classify&expert=sentiment-expert&text=What+a+lovely+day"
RESULT = "#classification-classify-result"
FRAMES = 4
SLIDES = """<!doctype html><link rel="stylesheet" href="reveal/dist/reveal.css">
<div class="reveal"><div class="slides">{}</div></div>
<script src="reveal/dist/reveal.js"></script>
<script>Reveal.initialize({{ hash: true, transition: "none", width: 1280, height: 720}})</script>"""

# The colour that is seen behind the result: the nearest that is not clear.
BEHIND = """() => {
  const clear = "rgba(0, 0, 0, 0)";
  let part = document.querySelector(".gradio-container");
  while (part && getComputedStyle(part).backgroundColor === clear) part = part.parentElement;
  return part ? getComputedStyle(part).backgroundColor : clear;
}"""


@pytest.fixture
def outside(browser: Browser) -> Iterator[Page]:
    """A window on another server's page."""
    size = room(FRAMES)
    context = browser.new_context(locale="en-US", viewport=size)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


@pytest.fixture
def address(alone: Callable[[ModuleType], str]) -> str:
    return alone(classification)


def frame(page: Page, number: int) -> FrameLocator:
    return page.frame_locator("iframe").nth(number)


def test_four_live_frames_of_one_server_show_their_results(
    outside: Page, address: str, tmp_path: Path
) -> None:
    links = [f"{address}{LINK}+{number}&embed=1" for number in range(FRAMES)]
    with deck(tmp_path, links) as slides:
        outside.goto(slides, wait_until="commit")
        for number in range(FRAMES):
            shown = frame(outside, number).locator(RESULT)
            expect(shown).to_contain_text("positive", ignore_case=True, timeout=PATIENCE)


@pytest.mark.skipif(not REVEAL.is_dir(), reason="reveal.js is not installed (make lint-web)")
def test_four_slides_of_a_reveal_deck_show_their_results(
    outside: Page, address: str, tmp_path: Path
) -> None:
    outside.set_viewport_size(VIEWPORT)
    shutil.copytree(REVEAL / "dist", tmp_path / "reveal" / "dist")
    kept = next(one["query"] for one in saved.index() if one["tab"] == classification.ID)
    queries = [f"{address}frame{kept}", *(f"{address}frame{LINK}+{n}" for n in range(FRAMES - 1))]
    looks = 'width="1200" height="640" style="border: 0"'
    frames = "".join(
        f'<section><iframe data-src="{html.escape(link)}" {looks}></iframe></section>'
        for link in queries
    )
    (tmp_path / "talk.html").write_text(SLIDES.format(frames))
    with served(tmp_path) as slides:
        outside.goto(f"{slides}talk.html")
        for number in range(FRAMES):
            outside.wait_for_function(f"Reveal.getIndices().h === {number}")
            place = "main" if number == 0 else RESULT
            shown = frame(outside, number).locator(place)
            expect(shown).to_contain_text("positive", ignore_case=True, timeout=PATIENCE)
            expect(shown).to_be_in_viewport()
            outside.evaluate("Reveal.next()")


@pytest.mark.parametrize("is_saved", [True, False], ids=["saved", "live"])
def test_the_copied_frame_is_as_high_as_its_result(
    outside: Page, address: str, tmp_path: Path, is_saved: bool
) -> None:
    outside.set_viewport_size(VIEWPORT)
    kept = next(one["query"] for one in saved.index() if one["tab"] == classification.ID)
    outside.goto(address + (kept if is_saved else LINK))
    outside.wait_for_selector("html.st-opened")
    expect(outside.locator("#classification-why .st-trust")).to_be_visible()
    expect(outside.locator("#classification-classify-card dl")).to_be_visible()
    outside.get_by_role("button", name="Copy embed").click()
    field = outside.locator("#st-link-classification :is(input, textarea)")
    expect(field).to_have_value(re.compile("^<iframe"))
    snippet = field.input_value()
    assert "/frame?tab=classification" in snippet
    heard = "<script>onmessage = ({ data }) => { window.heard = data.height; };</script>"
    (tmp_path / "deck.html").write_text(f'<body style="width: 960px">{heard}{snippet}')
    with served(tmp_path) as slides:
        outside.goto(f"{slides}deck.html")
        shown = frame(outside, 0).locator("main" if is_saved else RESULT)
        expect(shown).to_contain_text("positive", ignore_case=True, timeout=PATIENCE)
        if not is_saved:
            expect(frame(outside, 0).locator("#classification-classify-card dl")).to_be_visible()
        outside.wait_for_timeout(500)
        height = int(re.search(r'height="(\d+)"', snippet).group(1))  # type: ignore[union-attr]
        content = outside.evaluate("window.heard")
        assert content - 8 <= height <= content * 1.15 + 24


@pytest.mark.parametrize("path", ["frame", ""], ids=["saved", "live"])
@pytest.mark.parametrize(
    ("look", "background"),
    [
        ("&__theme=dark", "rgb(14, 20, 31)"),
        ("&__theme=light", "rgb(248, 248, 245)"),
        ("&background=none", "rgba(0, 0, 0, 0)"),
    ],
    ids=["dark", "light", "transparent"],
)
def test_a_frame_is_dark_or_light_or_has_no_background(
    outside: Page, address: str, path: str, look: str, background: str
) -> None:
    kept = next(one["query"] for one in saved.index() if one["tab"] == classification.ID)
    outside.goto(f"{address}{path}{kept}&embed=1{look}")
    outside.wait_for_selector(".st-saved" if path else "html.st-opened")
    outside.wait_for_function(f"({BEHIND})() === {background!r}")
