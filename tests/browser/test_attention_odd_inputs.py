"""Odd, empty and long texts, and links to what is not there, in the attention tab."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest
from playwright.sync_api import expect

from demos.attention import tab as attention
from tests.browser.attention_page import FIELD, RUN, opened, place, shown
from tests.browser.conftest import Visit


@pytest.fixture(scope="module")
def address(alone: Callable[[ModuleType], str]) -> str:
    return alone(attention)


@pytest.mark.slow
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


@pytest.mark.slow
def test_a_link_to_a_head_that_is_not_there_still_opens(visit: Visit) -> None:
    page = opened(visit, layer=40, head=2, colour="red", hide="everything")
    expect(page.locator("#st-tab-attention .st-notice").first).to_contain_text("hide")
    assert int(place(page)[0]) <= 6
