"""What a language model remembers of a text it has read, apart from the model itself.

Keys and values of every layer, kept by themselves: the model may leave the device meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Memory:
    """One row: `parts` are [1, heads, tokens, width], torch.Tensor or numpy.ndarray on the CPU, by
    names that only the reader knows that gave them. No parts: nothing can be recalled."""

    length: int
    parts: Mapping[str, Any]

    @property
    def nbytes(self) -> int:
        return sum(int(part.nbytes) for part in self.parts.values())
