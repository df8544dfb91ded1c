"""What the page is sent of many draws: the tree as nested lists, greedy and beams beside it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from demos.strings import unfilled

if TYPE_CHECKING:
    from backend import Fanned
    from backend.generation.tree import Branch
    from backend.generation.updates import Told

WORDS = (
    "title",
    "growing",
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
PROMPT_END = 60  # characters of the prompt that stand at the root


def sent(language: str, prompt: str, update: Fanned) -> str:
    """JSON for the stage."""
    end = prompt if len(prompt) <= PROMPT_END else "…" + prompt[-PROMPT_END:]
    words = {name: unfilled(language, f"tree.{name}") for name in WORDS}
    return json.dumps({"words": words, "prompt": end, **as_json(update)}, ensure_ascii=False)


def as_json(update: Fanned) -> dict[str, Any]:
    """{"draws", "temperature", "temperatures", "tree", "greedy", "beams"}."""
    from backend.generation.tree import TEMPERATURES

    return {
        "draws": update.rows,
        "temperature": update.temperature,
        "temperatures": TEMPERATURES,
        "tree": _branch(update.tree, update.text_of),
        "greedy": update.greedy and _told(update.greedy),
        "beams": [_told(one) for one in update.beams],
    }


def _branch(branch: Branch, text_of: Callable[[Sequence[int]], str]) -> list[Any]:
    """[text, draws, chances at each temperature, branches]."""
    return [
        text_of(branch.ids),
        len(branch.rows),
        [float(f"{chance:.4g}") for chance in branch.chances],
        [_branch(one, text_of) for one in branch.branches],
    ]


def _told(told: Told) -> dict[str, Any]:
    return {"text": told.text, "nats": round(told.nats, 4)}
