"""Pictures of the page to look at: python -m tests.browser.screenshots (or `make screenshots`).

Writes tests/browser/output/<state>-<width>-<scheme>-<language>.jpg: every tab and inner tab as it
opens, every saved example, every step of each deck, and some live results, on a phone, a tablet, a
laptop and a projector, by day and by night, in both languages. Words choose:
`ARGS="390 dark empty-"` takes the pictures whose names have all of them.

A state is opened once in each language; then the window takes each width, and the system each of
its two lights. So all of it is done in a quarter of an hour on two cores.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import product
from pathlib import Path
from typing import Literal

from playwright.sync_api import Page, expect, sync_playwright
from playwright.sync_api import TimeoutError as TookTooLong

from backend import gallery
from demos import TABS
from demos.captioning import tab as captioning
from demos.classification import tab as classification
from demos.image_search import tab as image_search
from demos.shared import decks, saved
from tests.browser.conftest import AT_REST, CHROMIUM_OPTIONS, PATIENCE, at_rest, chromium_path
from tests.serving import serving

OUTPUT = Path(__file__).with_name("output")
LANGUAGES = ("en-US", "zh-CN")
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
WIDTHS = (1440, 390, 768, 1920)  # the first is the one in which a state is opened
SETTLED = 80  # ms without a change, once the window has another size or another light
# Saved views that are on their way have come, and each picture that the window shows is there.
COMPLETE = """() => {
  const isSeen = (one) => {
    const { top, left } = one.getBoundingClientRect();
    return one.checkVisibility() && top < innerHeight && left < innerWidth;
  };
  const isAwaited = (card) => card.dataset.saved !== "no" &&
    !card.nextElementSibling?.matches(".st-saved:not(.st-coming)");
  return ![...document.querySelectorAll(".st-empty")].some((one) =>
      one.closest("[role=tabpanel]")?.checkVisibility() && isAwaited(one)) &&
    [...document.images].every((one) => one.complete || !isSeen(one));
}"""
INNER_TABS = (
    *(("classification", view) for view in classification.VIEWS[1:]),
    *(("image_search", view) for view in image_search.VIEWS[1:]),
    *(("captioning", view) for view in captioning.VIEWS[1:]),
)
SENTENCE = "The+animal+didn't+cross+the+street+because+it+was+too+tired."
ATTENTION = f"?tab=attention&text={SENTENCE}&layer=6&head=12&token=11&view="
LINKS = {  # state -> its link, and what is there once it is shown
    "generation": (
        "?tab=generation&prompt=Write+a+short+poem+about+the+moon.&seed=11&max_new_tokens=60",
        "#generation-card .st-figures",
    ),
    "samples": (
        "?tab=generation&mode=draws&prompt=The+capital+of+France+is&seed=7&max_new_tokens=6",
        "#generation-card .st-figures",
    ),
    "classification": (
        "?tab=classification&text=I+love+this+wonderful+place!",
        "#classification-why .st-word",
    ),
    "image_search": ("?tab=image_search&query=red+car", "#image_search-why .search-word"),
    "text_to_image": (
        "?tab=text_to_image&seed=7&prompt=a+red+heart",
        "#text_to_image-draw-card .st-figures",
    ),
    "attention-heat": (ATTENTION + "heat", ".at-heat"),
    "attention-lines": (ATTENTION + "lines", ".at-lines"),
    "attention-steps": (ATTENTION + "steps", ".at-proof"),
    "attention-layers": (ATTENTION + "layers", ".at-rolled"),
    "attention-effect": (ATTENTION + "effect", ".at-finding"),
    "attention-hand": ("?tab=attention&view=hand", ".hw-table"),
    "attention-hand-step": (
        "?tab=attention&view=hand&hand=heads&step=softmax&cell=3.2",
        ".hw-written",
    ),
    "attention-pieces": (ATTENTION + "pieces", ".at-table"),
}


def main(chosen: Sequence[str] = ()) -> None:
    """Take the pictures whose names have all the `chosen` words in them, one thread a language."""
    OUTPUT.mkdir(exist_ok=True)
    with serving("--models", "bundled") as address, ThreadPoolExecutor(len(LANGUAGES)) as threads:
        list(threads.map(partial(shoot, address, chosen), LANGUAGES))


def shoot(address: str, chosen: Sequence[str], language: str) -> None:
    """Every state in one language; one that does not come is named and left out."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_OPTIONS)
        context = browser.new_context(locale=language, reduced_motion="reduce")
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        for name, show in states().items():
            if not (looks := wanted(name, language, chosen)):
                continue
            try:
                page.set_viewport_size(window(WIDTHS[0]))
                show(page, address)
                at_rest(page)
                take(page, name, looks)
            except TookTooLong as error:  # the others are still wanted
                print(f"{name} ({language}): {str(error).splitlines()[0]}", file=sys.stderr)
        browser.close()


def wanted(name: str, language: str, chosen: Sequence[str]) -> dict[str, tuple[int, Scheme]]:
    """File -> width and light, of the pictures of a state that are asked for."""
    return {
        file: (width, scheme)
        for width, scheme in product(WIDTHS, SCHEMES)
        for file in [f"{name}-{width}-{scheme}-{language[:2]}.jpg"]
        if all(word in file for word in chosen)
    }


def take(page: Page, name: str, looks: dict[str, tuple[int, Scheme]]) -> None:
    """A state that is open, at each width and in each light."""
    whole = not name.startswith("deck-")
    for file, (width, scheme) in looks.items():
        page.set_viewport_size(window(width))
        page.emulate_media(color_scheme=scheme)
        expect(page.locator("body.dark")).to_have_count(int(scheme == "dark"))
        page.wait_for_function(COMPLETE)
        page.evaluate(AT_REST, SETTLED)
        page.screenshot(path=OUTPUT / file, full_page=whole, type="jpeg", quality=85)


def window(width: int) -> dict[str, int]:
    """A phone and a tablet stand, all else lies."""
    return {"width": width, "height": {390: 844, 768: 1024}.get(width, width * 9 // 16)}


def states() -> dict[str, Callable[[Page, str], None]]:
    """What is shown, by name."""
    empty = {f"empty-{tab.ID}": partial(visit, query=f"?tab={tab.ID}") for tab in TABS}
    full = {name: partial(visit, query=link, shown=shown) for name, (link, shown) in LINKS.items()}
    inner = {
        f"empty-{tab}-{view}": partial(visit, query=f"?tab={tab}&view={view}")
        for tab, view in INNER_TABS
    }
    kept = {
        f"saved-{view['tab']}-{number}": partial(framed, query=view["query"])
        for number, view in enumerate(saved.index())
    }
    talks = {
        f"deck-{path.stem}-{number}": partial(presented, deck=path.stem, step=number)
        for path in decks.paths()
        for number in range(1, len(decks.read(path)["steps"]) + 1)
    }
    explained = {f"explain-{tab.ID}": partial(unfolded, tab=tab.ID) for tab in TABS}
    return {
        **empty, **inner, **kept, **talks, **full, **explained, "keys": keys, "take-away": taken,
        "captioning": captioned, "error": without_a_prompt, "embedded": embedded,
    }  # fmt: skip


def framed(page: Page, address: str, query: str) -> None:
    page.goto(f"{address}frame{query}")
    page.wait_for_selector(".st-saved")


def presented(page: Page, address: str, deck: str, step: int) -> None:
    page.goto(f"{address}?present=1&deck={deck}&step={step}")
    page.wait_for_selector(".dk-slide")


def visit(page: Page, address: str, query: str = "", shown: str = "") -> None:
    page.goto(address + query)
    page.wait_for_selector("html.st-opened")
    if shown:
        page.wait_for_selector(shown)


def embedded(page: Page, address: str) -> None:
    visit(page, address, "?tab=classification&text=What+a+day&embed=1", "#classification-why")


def unfolded(page: Page, address: str, tab: str) -> None:
    visit(page, address, f"?tab={tab}")
    page.locator(f"#st-explain-{tab} button").first.click()
    page.wait_for_selector(f"#st-explained-{tab} details[open]")


def keys(page: Page, address: str) -> None:
    visit(page, address, "?tab=generation")
    page.keyboard.press("?")
    page.wait_for_selector("dialog.st-keys")


def taken(page: Page, address: str) -> None:
    visit(page, address, "?tab=classification", "#st-tab-classification .st-saved")
    page.click("#st-take-classification")
    page.wait_for_selector("dialog.ta")


def captioned(page: Page, address: str) -> None:
    visit(page, address, "?tab=captioning")
    picture = gallery.file_of("food-fruit-banana.webp")
    page.set_input_files("#captioning-picture input[type=file]", str(picture))
    page.wait_for_selector("#captioning-picture img")
    page.click("#captioning-describe-run")
    page.wait_for_selector("#captioning-describe-card .st-figures")


def without_a_prompt(page: Page, address: str) -> None:
    visit(page, address, "?tab=generation")
    page.click("#generation-run")
    page.wait_for_selector(".st-error")


if __name__ == "__main__":
    main(sys.argv[1:])
