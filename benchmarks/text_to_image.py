"""Text to image: what the tab's loop costs beside the bare pipeline call, and one picture, warm.

All in this process, on the bundled painter, in turn: the bare call, the loop without previews, the
loop with all that the tab shows. The tab's own figure is taken from outside, over /draw.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from gradio_client import Client

from benchmarks.table import in_turn, show, show_ratio
from tests.serving import serving

PROMPT = "a red heart"
RUNS = 9


def main() -> None:
    print("Text to image, bundled painter")
    compare()
    with serving("--models", "bundled") as address:
        client = Client(address, verbose=False)
        client.predict(PROMPT, seed=1, film=True, words=True, api_name="/draw")
        drawn = [_drawn(client) for _ in range(RUNS)]
        show("one picture, warm, with previews (bar: within 1)", drawn, "s")


def compare() -> None:
    """Seconds of the bare call and of the loop, in turn."""
    from backend.text_to_image.defaults import EVERYTHING, Watch

    easel, asked = _easel()
    calls: dict[str, Callable[[], Any]] = {
        "bare pipeline call": lambda: _bare(easel, asked),
        "the loop, previews off": lambda: _loop(easel, asked, Watch(False, False)),
        "the loop, previews on": lambda: _loop(easel, asked, Watch(True, False)),
        "the loop, previews and words": lambda: _loop(easel, asked, EVERYTHING),
    }
    seconds = in_turn(calls, RUNS)
    medians = {name: show(name, values, "s") for name, values in seconds.items()}
    bare = medians["bare pipeline call"]
    for name, bar in (
        ("the loop, previews off", "at most 1.05"),
        ("the loop, previews on", "at most 1.15"),
        ("the loop, previews and words", "none"),
    ):
        show_ratio(f"{name} / bare", medians[name] / bare, bar)


def _easel() -> tuple[Any, Any]:
    from backend.device import choose_device
    from backend.models.pool import load_with_its_loader
    from backend.models.registry import MODELS
    from backend.text_to_image.defaults import settle
    from backend.text_to_image.request import check_request

    spec = next(row for row in MODELS if row.id == "pictogram-painter")
    easel = load_with_its_loader(spec, choose_device(spec.tier))
    return easel, settle(check_request(PROMPT, seed=1), easel.habits)


def _bare(easel: Any, asked: Any) -> None:
    easel.pipeline(**easel.keywords(asked), generator=easel.generator(asked))


def _loop(easel: Any, asked: Any, watch: Any) -> None:
    from backend.text_to_image.paint import paint

    for _ in paint(easel, asked, lambda: None, watch):
        pass


def _drawn(client: Client) -> float:
    """Seconds from asking to the first answer that holds the finished picture."""
    begun, seen = time.perf_counter(), 0.0
    for answer in client.submit(PROMPT, seed=1, film=True, words=True, api_name="/draw"):
        if answer["pictures"] and not seen:
            seen = time.perf_counter() - begun  # then the film is developed, before the next one
    return seen


if __name__ == "__main__":
    main()
