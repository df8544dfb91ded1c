"""The moving picture at the top of the README: `make tour` films the real page.

Each stop is a link that runs by itself. Filming begins when the first result is there (or, where
the growing is what is to be seen, a moment after the page has opened).
"""

from __future__ import annotations

import io
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import CHROMIUM_OPTIONS, PATIENCE, chromium_path
from tests.serving import serving

OUTPUT = Path(__file__).resolve().parents[2] / "assets" / "screenshots" / "tour.webp"
SIZE, SHOWN = (1280, 800), (960, 600)  # pixels: of the browser's window, of the picture
FRAMES_PER_SECOND, QUALITY, MOST_BYTES = 3, 62, 3_000_000


@dataclass(frozen=True)
class Stop:
    """A link, what has to be on the page before filming, and for how many seconds to film."""

    link: dict[str, str | int]
    wait_for: str
    seconds: float


STOPS = (
    Stop(
        {
            "tab": "attention",
            "text": "The animal didn't cross the street because it was too tired.",
            "layer": 6,
            "head": 12,
            "token": 11,
        },
        "#attention-stage canvas",
        4,
    ),
    Stop(
        {
            "tab": "generation",
            "mode": "draws",
            "prompt": "Once upon a time there was a",
            "max_new_tokens": 12,
            "draws": 32,
            "seed": 3,
        },
        "#generation-samples svg, #generation-samples canvas, #generation-samples ol",
        6,
    ),
    Stop(
        {"tab": "text_to_image", "prompt": "a red heart", "seed": 7}, "#text_to_image-stage img", 5
    ),
    Stop({"tab": "image_search", "query": "flower - red"}, "#image_search-search-result img", 3),
)


def main() -> None:
    """Film every stop twice, the first time unseen: models load then."""
    with serving("--models", "bundled") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_OPTIONS)
        context = browser.new_context(
            viewport={"width": SIZE[0], "height": SIZE[1]}, reduced_motion="reduce"
        )
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        for stop in STOPS:
            film(page, address, stop)
        frames = [frame for stop in STOPS for frame in film(page, address, stop)]
        browser.close()
    save(frames)


def film(page: Page, address: str, stop: Stop) -> list[Image.Image]:
    """The stop's frames, at a steady rate."""
    page.goto(f"{address}?{urlencode(stop.link)}")
    page.wait_for_selector(stop.wait_for)
    frames = []
    for _ in range(round(stop.seconds * FRAMES_PER_SECOND)):
        begun = time.monotonic()
        shot = Image.open(io.BytesIO(page.screenshot()))
        frames.append(shot.convert("RGB").resize(SHOWN, Image.Resampling.LANCZOS))
        time.sleep(max(0.0, 1 / FRAMES_PER_SECOND - (time.monotonic() - begun)))
    return frames


def save(frames: list[Image.Image]) -> None:
    """One looping WebP; ValueError where it is too large for a README."""
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    frames[0].save(
        OUTPUT,
        save_all=True,
        append_images=frames[1:],
        duration=1000 // FRAMES_PER_SECOND,
        loop=0,
        quality=QUALITY,
        method=6,
    )
    size = OUTPUT.stat().st_size
    if size > MOST_BYTES:
        raise ValueError(f"{OUTPUT.name} has {size:,} bytes; at most {MOST_BYTES:,} are right")
    print(f"{OUTPUT.name}: {len(frames)} frames, {size:,} bytes")


if __name__ == "__main__":
    main()
