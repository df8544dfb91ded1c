"""What the page is sent of many draws: the tree as nested lists, greedy and beams beside it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from backend.generation.results import TEMPERATURES
from demos.shared.strings import unfilled

if TYPE_CHECKING:
    from backend.generation.results import Fanned, Told
    from backend.generation.tree import Branch

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
BROKEN = "\N{REPLACEMENT CHARACTER}"  # stands for a part of a character
PROMPT_END = 60  # characters of the prompt that stand at the root


def sent(language: str, prompt: str, update: Fanned) -> str:
    """JSON for the stage."""
    end = prompt if len(prompt) <= PROMPT_END else "…" + prompt[-PROMPT_END:]
    words = {name: unfilled(language, f"tree.{name}") for name in WORDS}
    return json.dumps({"words": words, "prompt": end, **as_json(update)}, ensure_ascii=False)


def as_json(update: Fanned) -> dict[str, Any]:
    """{"draws", "temperature", "temperatures", "tree", "greedy", "beams", "finished"}."""
    return {
        "draws": update.rows,
        "temperature": update.temperature,
        "temperatures": TEMPERATURES,
        "tree": _branch(update, update.tree, ()),
        "greedy": update.greedy and _told(update.greedy),
        "beams": [_told(one) for one in update.beams],
        "finished": update.finished,
    }


def _branch(update: Fanned, branch: Branch, before: tuple[int, ...]) -> list[Any]:
    """[text, draws, chances at each temperature, branches, whether greedy decoding goes here]."""
    path = (*before, *branch.ids)
    return [
        _text(update, path, before),
        len(branch.rows),
        [float(f"{chance:.4g}") for chance in branch.chances],
        [_branch(update, one, path) for one in branch.branches],
        bool(update.greedy and update.greedy.ids[: len(path)] == path),
    ]


def _text(update: Fanned, path: tuple[int, ...], before: tuple[int, ...]) -> str:
    """What a branch adds to the text: characters of which it has a part alone come whole."""
    whole, start = update.text_of(path), update.text_of(before)
    broken = start.endswith(BROKEN) or not whole.startswith(start)
    return update.text_of(path[len(before) :]) if broken else whole[len(start) :]


def _told(told: Told) -> dict[str, Any]:
    return {"text": told.text, "nats": round(told.nats, 4)}
