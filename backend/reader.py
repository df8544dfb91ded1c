"""One text being read by a language model: token ids in, logits of what comes next out.

What was read stays in the reader's cache, so that each token is read once. A reader may hold
several rows (beams, draws) that have read equally many tokens; `TorchReader` runs any transformers
model, `backend/llama/reader.py` the bundled one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import torch
from torch import Tensor
from transformers import DynamicCache


class Reader(Protocol):
    """What both readers can do."""

    length: int  # tokens that each row has read
    device: Any  # torch.device of ids and logits

    def read(self, ids: Tensor, keep: int = 1, rows: Sequence[int] | None = None) -> Tensor:
        """Read `ids` [rows, n]; float32 logits [rows, keep, vocabulary] after the last `keep`.

        `rows` says which row of the cache each goes on from: [0, 0, 0] makes three of one, [1, 0]
        swaps two. None: as they are.
        """

    def copy(self, upto: int | None = None) -> Reader:
        """Another reader that has read the same, or of it the first `upto` tokens; each goes its
        own way from here."""

    @property
    def nbytes(self) -> int:
        """Memory of what was read."""


class TorchReader:
    """Reads with a transformers model, on whichever device it is.

    The `inference_mode` guard never spans a `yield` of a caller (it belongs to a thread, and a
    generator may be resumed on another).
    """

    def __init__(self, model: Any) -> None:
        self._model, self._cache = model, DynamicCache(config=model.config)
        self.length, self.device = 0, model.device

    @torch.inference_mode()
    def read(self, ids: Tensor, keep: int = 1, rows: Sequence[int] | None = None) -> Tensor:
        if rows is not None and self.length:
            order = torch.tensor(rows, device=self.device)
            self._cache.reorder_cache(order)  # type: ignore[arg-type]  # no tensor is a LongTensor
        output = self._model(
            input_ids=ids,
            past_key_values=self._cache,
            use_cache=True,
            logits_to_keep=keep,
        )
        self.length += ids.shape[1]
        return output.logits.to(torch.float32, copy=True)

    def copy(self, upto: int | None = None) -> TorchReader:
        import copy

        twin = TorchReader(self._model)
        twin._cache, twin.length = copy.deepcopy(self._cache), self.length
        if upto is not None and upto < self.length:
            twin._cache.crop(upto - self.length)  # so many at the end go
            twin.length = upto
        return twin

    @property
    def nbytes(self) -> int:
        layers: Any = self._cache.layers
        parts = [part for layer in layers for part in (layer.keys, layer.values)]
        return sum(part.nbytes for part in parts if part is not None)
