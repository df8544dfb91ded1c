"""Numbers to begin with by hand, by name: the first one opens."""

from __future__ import annotations

from functools import cache
from typing import Any

from backend.attention.positions import sinusoidal
from backend.attention.toy_numbers import DECIMALS, ToyNumbers, check_numbers

NAMES = ("three", "heads", "causal", "uniform")


@cache
def preset(name: str) -> ToyNumbers:
    """One of NAMES."""
    return check_numbers({"three": _three, "heads": _heads}[_MADE_FROM[name]]() | _CHANGED[name])


_MADE_FROM = {"three": "three", "heads": "heads", "causal": "three", "uniform": "heads"}
_CHANGED: dict[str, dict[str, Any]] = {
    "three": {},
    "heads": {},
    "causal": {"causal": True},
    # Queries of zero fit every key alike: the weights that many texts print for the three words.
    "uniform": {"causal": False, "w_q": [[0] * 4] * 4},
}


def _three() -> dict[str, Any]:
    """Q = K = V = E: printed in many texts with uniform weights, which it does not have."""
    return {
        "tokens": ["A", "B", "C"],
        "vocabulary": ["A", "B", "C"],
        "heads": 1,
        "causal": False,
        "embedding": [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6], [0.7, 0.8, 0.9]],
        "position": [[0] * 3] * 3,
        **dict.fromkeys(("w_q", "w_k", "w_v", "w_o", "w_2"), _identity(3)),
        "w_1": [[1, -1, 0], [0, 1, -1], [-1, 0, 1]],
        "w_u": [[1, 0, -1], [0, 1, 0], [-1, 0, 1]],
    }


def _heads() -> dict[str, Any]:
    """A decoder: head 1 looks at the word before, head 2 at the word itself."""
    return {
        "tokens": ["The", "cat", "sat"],
        "vocabulary": ["The", "cat", "sat", "down"],
        "heads": 2,
        "causal": True,
        "embedding": [[1, 0, 0, 1], [0, 1, 1, 0], [1, 1, 0, 0]],
        "position": sinusoidal(3, 4).round(DECIMALS).tolist(),
        "w_q": [[1, -1, 0, 1], [0, 1, -1, 0], [0, 1, 0, 0], [0, 0, 0, 0]],
        "w_k": [[0, 1, 1, 2], [0, 0, 0, 0], [1, 0, 0, 0], [0, 2, 2, 0]],
        "w_v": [[1, 0, 0, 1], [0, 1, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]],
        "w_o": [[0, 0, 1, 0], [0, 0, 0, 1], [0, 1, 0, 0], [1, 0, 0, 1]],
        "w_1": [[0, 1, 0, 0], [-1, 0, -1, -1], [1, 0, 0, 0], [0, 0, 1, 0]],
        "w_2": [[0, 0, -1, 0], [0, 0, 0, 0], [0, 0, 0, -1], [-1, 0, -1, 0]],
        "w_u": [[0, 0, 0, 1], [0, 1, 0, 0], [0, -2, 2, 0], [0, 1, 0, 0]],
    }


def _identity(size: int) -> list[list[int]]:
    return [[int(row == column) for column in range(size)] for row in range(size)]
