"""Reading a text with a causal language model: token ids in, logits of the next token out.

What was read stays in the reader's KV cache, so that each token is read once. A reader may hold
several rows (beams, samples) that have read equally many tokens. `TorchReader` runs any
transformers model, `backend/models/llama/reader.py` the bundled one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

import torch
from torch import Tensor
from transformers import DynamicCache
from transformers.cache_utils import DynamicLayer

from backend.models.kv_cache import KVCache

if TYPE_CHECKING:
    from transformers import PreTrainedModel


class CausalReader(Protocol):
    """What both readers can do."""

    length: int  # tokens that each row has read

    @property
    def device(self) -> torch.device | str:
        """Of ids and logits."""

    def read(self, ids: Tensor, keep: int = 1, rows: Sequence[int] | None = None) -> Tensor:
        """Read `ids` [rows, n]; float32 logits [rows, keep, vocabulary] after the last `keep`.

        `rows` says which row of the cache each row continues: [0, 0, 0] makes three of one, [1, 0]
        swaps two. None: as they are.
        """

    def copy(self) -> CausalReader:
        """Another reader that has read the same and continues independently."""

    def snapshot(self) -> KVCache:
        """What was read, on the CPU."""

    def restore(self, cache: KVCache, length: int) -> None:
        """Continue after the first `length` tokens of a snapshot of the same model. One row."""


class TorchReader:
    """Reads with a transformers model, on whichever device it is.

    `inference_mode` is entered in each method, never around a caller's `yield`: it belongs to a
    thread, and a generator may be resumed on another.
    """

    def __init__(self, model: PreTrainedModel) -> None:
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

    def snapshot(self) -> KVCache:
        layers: list[Any] = self._cache.layers
        if any(type(layer) is not DynamicLayer for layer in layers):
            return KVCache(self.length, {})  # sliding windows drop the beginning
        parts: dict[str, Any] = {}
        for number, layer in enumerate(layers):
            parts |= {f"{number} keys": layer.keys.cpu(), f"{number} values": layer.values.cpu()}
        return KVCache(self.length, parts)

    @torch.inference_mode()
    def restore(self, cache: KVCache, length: int) -> None:
        for number in range(len(cache.parts) // 2):
            pair = (cache.parts[f"{number} {kind}"] for kind in ("keys", "values"))
            keys, values = (part[:, :, :length].to(self.device) for part in pair)
            self._cache.update(keys, values, number)
        self.length = length
