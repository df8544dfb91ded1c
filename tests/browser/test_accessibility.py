"""axe-core finds nothing serious, in light and dark, before and after a run."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from demos import TABS
from tests.browser.conftest import Visit, at_rest
from tests.browser.test_generation import SHORT, finished, open_settings


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


@pytest.mark.parametrize("tab", [tab.ID for tab in TABS])
def test_every_tab_is_accessible(visit: Visit, tab: str) -> None:
    page = visit.open(f"?tab={tab}")
    assert serious_in_any_light(page) == []


def test_a_result_and_the_settings_are_accessible(visit: Visit) -> None:
    page = visit.open(SHORT + "&prompt=Hello")
    finished(page)
    open_settings(page)
    assert serious_in_any_light(page) == []
