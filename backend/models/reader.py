"""One text being read by a language model: token ids in, logits of what comes next out.

What was read stays in the reader's cache, so that each token is read once. A reader may hold
several rows (beams, draws) that have read equally many tokens; `TorchReader` runs any transformers
model, `backend/models/llama/reader.py` the bundled one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import torch
from torch import Tensor
from transformers import DynamicCache
from transformers.cache_utils import DynamicLayer

from backend.models.kv_cache import Memory


class Reader(Protocol):
    """What both readers can do."""

    length: int  # tokens that each row has read
    device: Any  # torch.device of ids and logits

    def read(self, ids: Tensor, keep: int = 1, rows: Sequence[int] | None = None) -> Tensor:
        """Read `ids` [rows, n]; float32 logits [rows, keep, vocabulary] after the last `keep`.

        `rows` says which row of the cache each goes on from: [0, 0, 0] makes three of one, [1, 0]
        swaps two. None: as they are.
        """

    def copy(self) -> Reader:
        """Another reader that has read the same; each goes its own way from here."""

    def memory(self) -> Memory:
        """What was read, apart from the model, which may leave the device meanwhile."""

    def recall(self, memory: Memory, upto: int) -> None:
        """As if this reader had read what another one of the same model remembers: its first
        `upto` tokens. One row."""


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

    def copy(self) -> TorchReader:
        import copy

        twin = TorchReader(self._model)
        twin._cache, twin.length = copy.deepcopy(self._cache), self.length
        return twin

    def memory(self) -> Memory:
        layers: list[Any] = self._cache.layers
        if any(type(layer) is not DynamicLayer for layer in layers):
            return Memory(self.length, {})  # a layer with a window has forgotten the beginning
        parts: dict[str, Any] = {}
        for number, layer in enumerate(layers):
            parts |= {f"{number} keys": layer.keys.cpu(), f"{number} values": layer.values.cpu()}
        return Memory(self.length, parts)

    @torch.inference_mode()
    def recall(self, memory: Memory, upto: int) -> None:
        for number in range(len(memory.parts) // 2):
            pair = (memory.parts[f"{number} {kind}"] for kind in ("keys", "values"))
            keys, values = (part[:, :, :upto].to(self.device) for part in pair)
            self._cache.update(keys, values, number)
        self.length = upto
