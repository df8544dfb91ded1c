"""Text to image: what the tab's loop costs beside the bare pipeline call, and one picture, warm.

In this process, on the bundled painter, in turn: the bare call, the loop without previews, and the
loop with everything that the tab shows. The tab's own figure is measured from outside, over /draw.
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
    with serving("--models", "bundled", "--saved-results", "0") as address:
        client = Client(address, verbose=False)
        client.predict(PROMPT, seed=1, film=True, words=True, api_name="/draw")
        drawn = [_drawn(client) for _ in range(RUNS)]
        show("one picture, warm, with previews (bar: within 1)", drawn, "s")


def compare() -> None:
    """Seconds of the bare call and of the loop, in turn."""
    from backend.text_to_image.request import EVERYTHING, Extras

    adapter, request = _adapter()
    calls: dict[str, Callable[[], Any]] = {
        "bare pipeline call": lambda: _bare(adapter, request),
        "the loop, previews off": lambda: _loop(adapter, request, Extras(False, False)),
        "the loop, previews on": lambda: _loop(adapter, request, Extras(True, False)),
        "the loop, previews and words": lambda: _loop(adapter, request, EVERYTHING),
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


def _adapter() -> tuple[Any, Any]:
    from backend.device import choose_device
    from backend.models.pool import load_with_its_loader
    from backend.models.registry import MODELS
    from backend.text_to_image.request import check_request
    from backend.text_to_image.resolve import resolve

    spec = next(row for row in MODELS if row.id == "pictogram-painter")
    adapter = load_with_its_loader(spec, choose_device(spec.tier))
    return adapter, resolve(check_request(PROMPT, seed=1), adapter.defaults)


def _bare(adapter: Any, request: Any) -> None:
    adapter.pipeline(**adapter.call_arguments(request), generator=adapter.generator(request))


def _loop(adapter: Any, request: Any, extras: Any) -> None:
    from backend.text_to_image.generate import generate

    for _ in generate(adapter, request, lambda: None, extras):
        pass


def _drawn(client: Client) -> float:
    """Seconds from the call to the first answer that has the finished picture."""
    begun, first = time.perf_counter(), 0.0
    for answer in client.submit(PROMPT, seed=1, film=True, words=True, api_name="/draw"):
        if answer["pictures"] and not first:
            first = time.perf_counter() - begun  # then the film is decoded, before the next answer
    return first


if __name__ == "__main__":
    main()
