"""Attention by hand in a browser: how a test opens it and finds a number."""

from __future__ import annotations

from urllib.parse import urlencode

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit

PROBLEM, SUM = ".hw-problem", ".hw-sum"


def opened(visit: Visit, **values: str) -> Page:
    page = visit.open("?" + urlencode({"tab": "attention", "view": "hand", **values}))
    expect(page.locator(".hw-table").first).to_be_visible()
    return page


def cell(page: Page, table: str, row: int, column: int) -> Locator:
    """From 1."""
    return page.locator(f'[data-cell="{table}:{row - 1}:{column - 1}"]')
