"""Classification: one short text, its reasons, a lesson, and 1,000 rows beside a plain loop.

The tab is asked from outside, in a process of its own, and the backend in this one. What gradio
takes for itself is measured on an endpoint that gives back its input, called from outside, too. The
plain loop runs the same encoder over the same texts in this process, in batches of the same size
and in the texts' own order.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from gradio_client import Client, handle_file

from benchmarks.table import in_turn, show, show_ratio
from tests.serving import serving

BARE = Path(__file__).with_name("bare_endpoint.py")
TEXT = "The plot is thin and the jokes are old, but I laughed from start to finish."
WORDS = [
    "the",
    "room",
    "was",
    "clean",
    "but",
    "staff",
    "at",
    "hotel",
    "were",
    "slow",
    "and",
    "I",
    "would",
    "not",
    "come",
    "back",
    "again",
]
LESSON = [
    [f"{start} {thing}?", label]
    for label, things in {
        "travel": ("the train to Bern", "a hotel near the airport", "my flight", "the bus"),
        "cooking": ("a boiled egg", "the soup", "flour for bread", "a hot pan"),
        "money": ("my card", "a savings account", "the bank", "my salary"),
    }.items()
    for start in ("What about", "Where is", "How long until", "Who knows about")
    for thing in things
]
EXPERT = "sentiment-expert"
ROWS = 1000
RUNS = 5


def main() -> None:
    print("Classification, bundled sentiment expert")
    with serving(script=BARE) as address:
        bare = Client(address, verbose=False)
        taken = timed(bare, TEXT, {"api_name": "/echo"})
        show("a gradio endpoint that does nothing", taken, "s")
    with serving("--models", "bundled", "--saved-results", "0") as address:
        client = Client(address, verbose=False)
        expert = {"expert": EXPERT}
        for name, bar, asked, call in (
            ("one short text, routed", 0.15, TEXT, {"api_name": "/classify"}),
            ("one short text, expert named", 0.15, TEXT, {**expert, "api_name": "/classify"}),
            ("its attributions", 1.5, TEXT, {**expert, "api_name": "/explain"}),
            (f"a lesson of {len(LESSON)} examples", 2, LESSON, {"api_name": "/teach"}),
        ):
            show(f"{name}, warm (bar: within {bar})", timed(client, asked, call), "s")
        compare(client)
    in_process()


def in_process() -> None:
    """The same answers with no server in between."""
    from backend import Backend
    from backend.classification.request import AUTO
    from backend.classification.service import Classification

    tab = Classification(Backend("bundled"))
    calls = {
        "one short text, routed": lambda: list(tab.classify(TEXT, "bench", AUTO)),
        "one short text, expert named": lambda: list(tab.classify(TEXT, "bench", EXPERT)),
        "its attributions": lambda: list(tab.explain(TEXT, "bench", EXPERT)),
    }
    for name, seconds in in_turn(calls, RUNS).items():
        show(f"{name}, in the process", seconds, "s")


def timed(client: Client, asked: Any, call: dict[str, Any]) -> list[float]:
    """Seconds of the whole call as a client waits for it, after one call to warm up.

    The run card of a routed text does not count the router, nor a lesson's head the reading.
    """
    client.predict(asked, **call)
    found = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        client.predict(asked, **call)
        found.append(time.perf_counter() - begun)
    return found


def compare(client: Client) -> None:
    """Rows per second of the app and of the plain loop, in turn."""
    texts, expert = rows(), load_bare()
    bare_loop(expert, texts[:100])
    ours, bare = [], []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.csv"
        file.write_text("text\n" + "\n".join(texts) + "\n", encoding="utf-8")
        for _ in range(RUNS):
            bare.append(bare_loop(expert, texts))
            ours.append(app_loop(client, file))
    fast = show("app, CSV of 1,000 rows", ours, "rows/s")
    plain = show("plain batched loop", bare, "rows/s")
    show_ratio("app / plain loop", fast / plain, "at least 0.9")


def rows() -> list[str]:
    """Sentences of 5 to 40 words, the same each time."""
    return [
        " ".join(WORDS[(n + k) % len(WORDS)] for k in range(5 + n * 7 % 36)) for n in range(ROWS)
    ]


def app_loop(client: Client, file: Path) -> float:
    """Rows per second over the whole request, upload and table included."""
    begun = time.perf_counter()
    answer = client.predict(handle_file(file), column="text", api_name="/classify_csv")
    assert answer["done"] == ROWS
    return ROWS / (time.perf_counter() - begun)


def bare_loop(expert: Any, texts: list[str]) -> float:
    """Rows per second of tokenizing and running batch after batch."""
    import torch

    from backend.classification.expert import BATCH

    begun = time.perf_counter()
    with torch.inference_mode():
        for start in range(0, len(texts), BATCH):
            tokens = expert.tokens(texts[start : start + BATCH])
            expert.model(
                input_ids=tokens["input_ids"], attention_mask=tokens["attention_mask"]
            ).softmax(-1)
    return len(texts) / (time.perf_counter() - begun)


def load_bare() -> Any:
    """The same expert in this process."""
    from backend.device import choose_device
    from backend.models.pool import load_with_its_loader
    from backend.models.registry import MODELS

    spec = next(row for row in MODELS if row.id == EXPERT)
    return load_with_its_loader(spec, choose_device(spec.tier))
