"""What the page is sent of many samples: their tree as nested lists; greedy and beams beside it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from backend.generation.results import TEMPERATURES
from backend.models.token_text import BROKEN
from demos.shared.strings import unfilled

if TYPE_CHECKING:
    from backend.generation.results import Branch, Samples, ScoredText

WORDS = (
    "title",
    "growing",
    "stopped",
    "temperature",
    "as_drawn",
    "drawn",
    "expected",
    "others",
    "share",
    "greedy",
    "greedy_says",
    "beams",
    "beams_says",
    "whole",
    "on_greedy",
    "end",
)
MAX_ROOT_CHARACTERS = 60  # of the prompt, at the root of the tree


def sent(language: str, prompt: str, update: Samples) -> str:
    """JSON for the stage."""
    end = prompt if len(prompt) <= MAX_ROOT_CHARACTERS else "…" + prompt[-MAX_ROOT_CHARACTERS:]
    words = {name: unfilled(language, f"generation.tree.{name}") for name in WORDS}
    return json.dumps({"words": words, "prompt": end, **as_json(update)}, ensure_ascii=False)


def as_json(update: Samples) -> dict[str, Any]:
    """{"samples", "temperature", "temperatures", "tree", "greedy", "beams", "finished"}."""
    return {
        "samples": update.rows,
        "temperature": update.temperature,
        "temperatures": TEMPERATURES,
        "tree": _branch(update, update.tree, ()),
        "greedy": update.greedy and _scored(update.greedy),
        "beams": [_scored(one) for one in update.beams],
        "finished": update.finished,
    }


def _branch(update: Samples, branch: Branch, before: tuple[int, ...]) -> list[Any]:
    """[text, samples, probability at each temperature, branches, whether greedy takes it]."""
    path = (*before, *branch.ids)
    return [
        _text(update, path, before),
        len(branch.rows),
        [float(f"{value:.4g}") for value in branch.probabilities],
        [_branch(update, one, path) for one in branch.branches],
        bool(update.greedy and update.greedy.ids[: len(path)] == path),
    ]


def _text(update: Samples, path: tuple[int, ...], before: tuple[int, ...]) -> str:
    """What a branch adds to the text. Where it begins inside a character, its tokens are decoded by
    themselves."""
    whole, start = update.text_of(path), update.text_of(before)
    broken = start.endswith(BROKEN) or not whole.startswith(start)
    return update.text_of(path[len(before) :]) if broken else whole[len(start) :]


def _scored(scored: ScoredText) -> dict[str, Any]:
    return {"text": scored.text, "logprob": round(scored.logprob, 4)}
