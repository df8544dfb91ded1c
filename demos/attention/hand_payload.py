"""What travels to the stage "By hand": the visitor's numbers, what follows from them, the texts."""

from __future__ import annotations

import numpy as np

from backend import packing
from backend.attention.results import ByHand, Toy
from backend.attention.service import Attention
from backend.attention.toy_numbers import ToyNumbers
from demos.attention import hand_link
from demos.attention.strings import ON_HAND
from demos.shared.endpoints import Json
from demos.shared.strings import unfilled

WAVES = 64  # positions, and numbers of each, in the picture of the positional encoding


def answer(preset: str, numbers: ToyNumbers) -> Json:
    """What the stage draws; `hand` is the text that a link has for it."""
    return {
        "hand": hand_link.write(preset, numbers),
        "preset": preset,
        "numbers": numbers.as_json(),
        "worked": worked(Attention.toy(numbers)),
    }


def opening(language: str) -> Json:
    """What the stage needs once."""
    waves = Attention.positions(WAVES, WAVES).astype(np.float32)
    return {
        "words": {name: unfilled(language, f"attention.hand.{name}") for name in ON_HAND},
        "waves": packing.pack(waves),
    }


def worked(toy: Toy) -> Json:
    """Every number as lists; each head's tables apart."""
    plain = {name: _plain(value) for name, value in vars(toy).items() if name != "heads"}
    return {**plain, "heads": [head(one) for one in toy.heads]}


def head(one: ByHand) -> Json:
    """A head's tables."""
    return {
        "products": _plain(one.products),
        "scaled": _plain(one.scaled),
        "masked": _plain(np.where(one.visible, one.scaled, -np.inf)),
        "weights": _plain(one.weights),
        "output": _plain(one.output),
    }


def _plain(table: np.ndarray) -> list[list[float | None]]:
    """As many digits as are of use, so that 0.30000000000000004 is 0.3; None for minus infinity."""
    return [
        [None if number == -np.inf else float(f"{number:.12g}") for number in row]
        for row in table.tolist()
    ]
