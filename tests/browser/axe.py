"""What axe-core finds wrong with a page."""

from __future__ import annotations

from collections.abc import Sequence

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import at_rest

OF_COLOURS = ("color-contrast", "link-in-text-block")  # no other rule knows light from dark


def serious(page: Page, rules: Sequence[str] = (), within: str = "html") -> list[str]:
    """Rules broken with serious or critical impact, and where: of those named, or of all; on the
    whole page, or in one part of it."""
    only = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
    options = {"resultTypes": ["violations"], **only}
    found = Axe().run(page, within, options).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:160]}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


def serious_in_any_light(page: Page, within: str = "html") -> list[str]:
    """The same in light and in dark; the page follows when the system changes its mind."""
    found = []
    for scheme, rules in (("light", ()), ("dark", OF_COLOURS)):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        expect(page.locator("body.dark")).to_have_count(int(scheme == "dark"))
        at_rest(page)
        found += [f"{scheme}: {rule}" for rule in serious(page, rules, within)]
    return found
