"""What a language model has computed for a text that it has read: the keys and values of every
layer, kept apart from the model, which may leave the device meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class KVCache:
    """The cache of one row. `parts` are [1, heads, tokens, width], torch.Tensor or numpy.ndarray on
    the CPU, under names that only the reader knows that made them. No parts: nothing to restore."""

    length: int  # in tokens
    parts: Mapping[str, Any]

    def __getstate__(self) -> dict[str, Any]:
        """It stays in its process, where an answer may be continued with it."""
        return {"length": 0, "parts": {}}

    @property
    def nbytes(self) -> int:
        return sum(int(part.nbytes) for part in self.parts.values())
