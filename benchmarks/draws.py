"""Many samples at once beside one, and what inspecting tokens costs, on the bundled model.

In this process, in turn: one seed alone, 32 seeds in one batch; an answer with every choice
described and kept, and the same tokens decoded without that.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from benchmarks.table import in_turn, show, show_ratio

PROMPT = "The best thing about rain is"
TOKENS, SEEDS, RUNS = 30, 32, 5


def main() -> None:
    from backend.device import choose_device
    from backend.models.llama.loading import load
    from backend.models.registry import models_for

    spec = models_for("generation")[-1]
    lm = load(spec, choose_device(spec.tier))
    print("Many samples, bundled model")
    endless = _endless(lm)
    calls: dict[str, Callable[[], Any]] = {
        f"one seed x {TOKENS} tokens": lambda: _samples(endless, 1),
        f"{SEEDS} seeds x {TOKENS} tokens": lambda: _samples(endless, SEEDS),
        f"{TOKENS} tokens, inspected": lambda: _answer(endless),
        f"{TOKENS} tokens, not inspected": lambda: _decode(endless),
    }
    seconds = in_turn(calls, RUNS)
    one, many, inspected, plain = (show(name, values, "s") for name, values in seconds.items())
    show_ratio(f"{SEEDS} seeds / one seed, time", many / one, "at most 6")
    show_ratio("speed inspected / not", plain / inspected, "at least 0.85")


def _endless(lm: Any) -> Any:
    """No row ends before the others: all have equally many tokens."""
    from dataclasses import replace

    return replace(lm, stop_ids=frozenset())


def _request() -> Any:
    from backend.generation.request import check_request

    return check_request(PROMPT, mode="completion", seed=1, max_new_tokens=TOKENS)


def _job() -> Any:
    from backend.jobs import Job

    return Job(600)


def _samples(lm: Any, count: int) -> None:
    from backend.generation.batched_sampling import sample_batch

    for _ in sample_batch(lm, lm.tokenizer(PROMPT)["input_ids"], _request(), count, _job()):
        pass


def _answer(lm: Any) -> None:
    from backend.generation.answer import answer

    for _ in answer(lm, _request(), _job(), time.monotonic()):
        pass


def _decode(lm: Any) -> None:
    from backend.generation.decoding import decode

    for _ in decode(lm, lm.tokenizer(PROMPT)["input_ids"], _request(), _job()):
        pass
