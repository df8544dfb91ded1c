"""The attention tab in a browser: how a test opens it and finds what it shows."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from playwright.sync_api import Page, expect

from tests.browser.conftest import PATIENCE, Visit

TEXT = "The animal didn't cross the street because it was too tired."
RUN, FIELD, STATUS = "#attention-run", "#attention-text textarea", "#attention-status"
READOUT, NUMBER = ".at-readout", ".at-readout .at-number"


def link(**values: object) -> str:
    return "?" + urlencode({"tab": "attention", "text": TEXT, **values})


def opened(visit: Visit, **values: object) -> Page:
    page = visit.open(link(**values))
    shown(page)
    return page


def shown(page: Page) -> None:
    expect(page.locator(".at-tabs")).to_be_visible(timeout=PATIENCE)
    card = page.locator("#attention-card")
    expect(card).to_contain_text("heads in each", timeout=PATIENCE)
    expect(card).not_to_have_css("visibility", "hidden")  # once the result above it is drawn


def panel(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()


def token(page: Page, text: str):  # type: ignore[no-untyped-def]
    return page.locator(".at-list .at-token", has_text=re.compile(f"^{re.escape(text)}$"))


def place(page: Page) -> tuple[str, str]:
    return tuple(page.locator(f"select[data-control={n}]").input_value() for n in ("layer", "head"))  # type: ignore[return-value]
