"""What axe-core finds wrong with a page."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import at_rest


def serious(page: Page) -> list[str]:
    """Rules broken with serious or critical impact, and where."""
    found = Axe().run(page).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:160]}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


def serious_in_any_light(page: Page) -> list[str]:
    """The same in light and in dark; the page follows when the system changes its mind."""
    found = []
    for scheme, is_dark in (("light", False), ("dark", True)):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        expect(page.locator("body.dark")).to_have_count(int(is_dark))
        at_rest(page)
        found += [f"{scheme}: {rule}" for rule in serious(page)]
    return found
