"""Pictures of the page to look at: python -m tests.browser.screenshots (or `make screenshots`).

Writes tests/browser/output/<state>-<width>-<scheme>.png, and the README's own pictures.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import CHROMIUM_OPTIONS, PATIENCE, chromium_path
from tests.serving import ROOT, serving

OUTPUT = Path(__file__).with_name("output")
SCREENSHOTS = ROOT / "assets" / "screenshots"
FOR_README = {"result": "generation.png", "attention-heat": "attention.png"}  # state -> file
LOOKS = [(1440, "light"), (1440, "dark"), (390, "light"), (390, "dark"), (1920, "light")]
LINK = "?tab=generation&prompt=Write+a+short+poem+about+the+moon.&seed=11&max_new_tokens=90"
SENTENCE = "The+animal+didn't+cross+the+street+because+it+was+too+tired."
ATTENTION = f"?tab=attention&text={SENTENCE}&layer=6&head=12&token=11&view="
PANELS = {  # of the attention tab -> what is there once it is drawn
    "heat": ".at-heat",
    "lines": ".at-lines",
    "steps": ".at-proof",
    "layers": ".at-rolled",
    "effect": ".at-finding",
    "hand": ".at-hand-result table",
    "pieces": ".at-table",
}


def main() -> None:
    OUTPUT.mkdir(exist_ok=True)
    SCREENSHOTS.mkdir(exist_ok=True)
    with serving("--models", "bundled") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_OPTIONS)
        for width, scheme in LOOKS:
            shoot(browser, address, width, scheme)
        browser.close()
    for state, name in FOR_README.items():
        shutil.copy(OUTPUT / f"{state}-1440-light.png", SCREENSHOTS / name)


def shoot(browser: Browser, address: str, width: int, scheme: str) -> None:
    """One look in every state."""
    height = 844 if width < 500 else width * 9 // 16
    context = browser.new_context(
        color_scheme=scheme,  # type: ignore[arg-type]
        viewport={"width": width, "height": height},
        locale="zh-CN" if (width, scheme) == (390, "dark") else "en-US",
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()

    def save(state: str) -> None:
        page.wait_for_timeout(400)
        page.screenshot(path=OUTPUT / f"{state}-{width}-{scheme}.png", full_page=True)

    visit(page, address)
    save("first")
    visit(page, address + "?tab=generation")
    save("empty")
    page.locator("#generation-settings button").first.click()
    save("settings")
    visit(page, address + "?tab=generation")
    page.click("#generation-run")
    page.wait_for_selector(".st-error")
    save("error")
    visit(page, address + LINK)
    page.wait_for_selector(".st-growing")
    save("growing")
    page.wait_for_selector("#generation-card .st-figures")
    save("result")
    for panel, drawn in PANELS.items():
        visit(page, address + ATTENTION + panel)
        page.wait_for_selector(drawn)
        save(f"attention-{panel}")
    context.close()


def visit(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector("html.st-opened")


if __name__ == "__main__":
    main()
