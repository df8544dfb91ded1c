"""One face for every captioner: how likely is each next piece after these, and where it looks.

A speaker keeps nothing between two questions but what it saw; every way of decoding
(`decoding.py`) is written once, over this.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from PIL.Image import Image
from torch import Tensor

Frame = tuple[float, float, float, float]  # left, top, width, height, in parts of the picture


class Speaker(Protocol):
    """What all captioners can do."""

    start: tuple[int, ...]  # what every line begins with
    end: int
    looks_by: str  # the code of the message that says how its looks are made
    can_detail: bool  # whether it has a longer way of saying it
    can_answer: bool  # whether it can be asked a question

    def longest(self, length: str) -> int:
        """How many pieces a caption may have, its end included."""

    def least(self, length: str) -> int:
        """How many it must have before it may end."""

    def see(self, picture: Image, question: str = "", length: str = "short") -> Any:
        """What it remembers of a picture, and of what is asked about it if it can answer."""

    def frame(self, picture: Image) -> Frame:
        """The part of the picture that it sees, and its looks cover."""

    def next(self, seen: Any, lines: Sequence[Sequence[int]]) -> Tensor:
        """Log-probabilities [B, V] of the next piece after each line, float32 on the CPU; all
        lines are of one length."""

    def looks(self, seen: Any, line: Sequence[int]) -> Tensor:
        """Where it looked for each piece after the first, [T - 1, rows, columns], each look not
        negative and of sum 1; float32 on the CPU."""

    def read(self, text: str) -> list[int]:
        """A text's pieces. InputError for words that it cannot say."""

    def text(self, pieces: Sequence[int]) -> str:
        """Pieces as people read them."""

    def joins(self, piece: int) -> bool:
        """Whether the piece goes on with the word before it."""


def as_looks(values: Tensor, rows: int) -> Tensor:
    """Values [T, rows * columns] as looks [T, rows, columns] of sum 1, negative ones cut off; even
    where no place has any."""
    shares = values.float().clamp(min=0)
    sums = shares.sum(-1, keepdim=True)
    even = shares.new_full(shares.shape, 1 / shares.shape[-1])
    looks = (shares / sums.clamp(min=1e-30)).where(sums > 1e-20, even)
    return looks.unflatten(-1, (rows, -1)).cpu()
