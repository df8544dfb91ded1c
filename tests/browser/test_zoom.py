"""At 200 % zoom on a laptop (720 CSS pixels), on a phone, and on the narrowest of them: no text is
cut off and nothing makes the page scroll sideways."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from demos import TABS
from demos.shared.strings import CATALOGUE
from tests.browser.conftest import PATIENCE, Visit, at_rest

pytestmark = pytest.mark.slow  # every tab at three widths

WIDTHS = {720: 450, 390: 844, 320: 640}  # and heights
# Texts of which a part is out of sight: their own box hides it, or it lies beyond the window and
# no part of the page around it scrolls.
CUT = """() => {
  const hasText = (one) =>
    [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const shown = { visibilityProperty: true, opacityProperty: true };
  const isSeen = (one) => one.checkVisibility(shown) && one.getBoundingClientRect().width > 1;
  const overflow = (one) => getComputedStyle(one).overflowX;
  const scrolls = (one) => one && one !== document.body &&
    (["auto", "scroll"].includes(overflow(one)) || scrolls(one.parentElement));
  const hides = (one) => ["hidden", "clip"].includes(overflow(one)) &&
    one.clientWidth > 1 && one.scrollWidth > one.clientWidth + 1;
  const isBeyond = (one) => one.getBoundingClientRect().right > innerWidth + 1 && !scrolls(one);
  return [...document.body.querySelectorAll("*")]
    .filter((one) => hasText(one) && isSeen(one) && (hides(one) || isBeyond(one)) &&
      !one.closest("svg, [aria-hidden=true], .sr-only, option"))
    .map((one) => one.outerHTML.slice(0, 160));
}"""


@pytest.mark.parametrize("tab", [tab.ID for tab in TABS])
def test_nothing_is_cut_and_nothing_scrolls_sideways(visit: Visit, tab: str) -> None:
    page = visit.open(f"?tab={tab}")
    expect(page.locator(f"#st-tab-{tab} .st-saved").first).to_be_visible(timeout=PATIENCE)
    views = [key for key in CATALOGUE if key.startswith(f"{tab}.view.")]
    inner = page.locator(
        f"#{tab}-views > .tab-wrapper [role=tablist]:not([aria-hidden]) [role=tab]"
    )
    for number in range(max(1, inner.count() if views else 1)):
        if inner.count():
            inner.nth(number).click()
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            at_rest(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.evaluate(CUT) == [], (width, number)
        page.set_viewport_size({"width": 1440, "height": 900})
