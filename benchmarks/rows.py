"""What a step of the bundled language model takes with many rows, in this process and with nothing
beside it: the network alone, and with the choice of each row's next token. No server that answers
an audience can write more tokens a second than that."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any

from benchmarks.generation import load_packed
from benchmarks.table import show, show_ratio

ROWS = (1, 8, 16, 32)
STEPS, READ = 30, 40  # steps that are timed; tokens that each row has read before


def main() -> None:
    print("Steps of the bundled language model by rows")
    lm = load_packed()
    network = {rows: _network(lm, rows) for rows in ROWS}
    whole = {rows: network[rows] + _choice(lm, rows) for rows in ROWS}
    for rows in ROWS:
        show(f"network, {rows} rows", [1e3 * network[rows]], "ms")
        show("... and the choice of a token for each", [1e3 * whole[rows]], "ms")
    for name, seconds in (("network", network), ("network and choice", whole)):
        gain = 32 * seconds[1] / seconds[32]
        show_ratio(f"tokens/s of 32 rows beside one row's, {name}", gain, "none")


def _network(lm: Any, rows: int) -> float:
    """Seconds of one step, the median of many."""
    import torch

    reader, ids = lm.reader(), torch.randint(100, 40_000, (rows, READ))
    reader.pad([0] * rows)
    reader.read(ids)
    return _median_seconds(lambda: reader.read(ids[:, :1]))


def _choice(lm: Any, rows: int) -> float:
    """Seconds of the choice for all rows, as a visitor's default settings ask for it."""
    import torch

    from backend.generation.continuation import Continuation, choose
    from backend.generation.request import check_request

    asked = [check_request("?", seed=row, max_new_tokens=2 * STEPS) for row in range(rows)]
    texts = [Continuation(range(100, 100 + READ), one, frozenset()) for one in asked]
    logits = torch.randn(rows, lm.model.output(0).partial_shape[2].get_length())

    def step() -> None:
        for text, token in zip(texts, choose(texts, logits, described=True), strict=True):
            text.add(token.id)

    return _median_seconds(step)


def _median_seconds(step: Callable[[], object]) -> float:
    seconds = []
    for _ in range(STEPS):
        begun = time.perf_counter()
        step()
        seconds.append(time.perf_counter() - begun)
    return median(seconds)
