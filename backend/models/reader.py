"""Reading a text with a causal language model: token ids in, logits of the next token out.

What was read stays in the reader's KV cache, so that each token is read once. A reader may hold
several rows (beams, samples, texts of different visitors). Rows of different lengths end at the
same column: the shorter ones begin with padding that nothing looks at. `TorchReader` runs any
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
    from typing_extensions import Self


class CausalReader(Protocol):
    """What both readers can do."""

    length: int  # columns read: the tokens of each row, with the padding before them

    @property
    def device(self) -> torch.device | str:
        """Of ids and logits."""

    @property
    def joins(self) -> bool:
        """Whether it can read rows of different lengths, and take in those of another."""

    def pad(self, padding: Sequence[int]) -> None:
        """Before the first read: how many columns of each row are padding. Their ids are any."""

    def read(self, ids: Tensor, keep: int = 1, rows: Sequence[int] | None = None) -> Tensor:
        """Read `ids` [rows, n]; float32 logits [rows, keep, vocabulary] after the last `keep`.

        `rows` says which row of the cache each row continues: [0, 0, 0] makes three of one, [1, 0]
        swaps two, [1] drops the first. None: as they are.
        """

    def join(self, other: Self) -> None:
        """Take in the rows of `other`, a reader of the same model, below these. Columns that are
        padding in every row are dropped. `other` is of no use afterwards."""

    def copy(self) -> CausalReader:
        """Another reader that has read the same and continues independently. One row."""

    def snapshot(self) -> KVCache:
        """What was read, on the CPU. One row."""

    def restore(self, cache: KVCache, length: int, padding: Sequence[int] = (0,)) -> None:
        """Before the first read: continue after the first `length` columns of a snapshot of the
        same model. Each row of `padding` begins with so many columns of it, before the tokens."""


class TorchReader:
    """Reads with a transformers model, on whichever device it is.

    `inference_mode` is entered in each method, never around a caller's `yield`: it belongs to a
    thread, and a generator may be resumed on another.
    """

    def __init__(self, model: PreTrainedModel) -> None:
        self._model, self._cache = model, DynamicCache(config=model.config)
        self.length, self.device = 0, model.device
        self._start: Tensor | None = None  # [rows], of the columns; None: no row has padding

    @property
    def joins(self) -> bool:
        return all(type(layer) is DynamicLayer for layer in self._layers())

    def pad(self, padding: Sequence[int]) -> None:
        self._start = torch.tensor(padding, device=self.device) if any(padding) else None

    @torch.inference_mode()
    def read(self, ids: Tensor, keep: int = 1, rows: Sequence[int] | None = None) -> Tensor:
        if rows is not None:
            self._reorder(torch.tensor(rows, device=self.device))
        output = self._model(
            input_ids=ids,
            past_key_values=self._cache,
            use_cache=True,
            logits_to_keep=keep,
            **self._places(ids.shape[1]),
        )
        self.length += ids.shape[1]
        return output.logits.to(torch.float32, copy=True)

    def _reorder(self, rows: Tensor) -> None:
        """Padding is known of each row before anything is read; the cache is empty until then."""
        self._start = None if self._start is None else self._start[rows]
        if self.length:
            self._cache.reorder_cache(rows)  # type: ignore[arg-type]  # no tensor is a LongTensor

    def _places(self, new: int) -> dict[str, Tensor]:
        """Which columns hold tokens, and the positions of the new ones; {} where all do."""
        if self._start is None:
            return {}
        columns = torch.arange(self.length + new, device=self.device)[None]
        behind = columns - self._start[:, None]
        return {
            "attention_mask": (behind >= 0).long(),
            "position_ids": behind[:, self.length :].clamp(min=0),
        }

    @torch.inference_mode()
    def join(self, other: TorchReader) -> None:
        lengths = [reader._lengths() for reader in (self, other)]
        width = max(int(one.max()) for one in lengths)
        for layer, below in zip(self._layers(), other._layers(), strict=True):
            layer.keys = _laid_below(layer.keys, below.keys, width)
            layer.values = _laid_below(layer.values, below.values, width)
        start = width - torch.cat(lengths)
        self._start, self.length = start if bool(start.any()) else None, width

    def _layers(self) -> list[Any]:
        return list(self._cache.layers)

    def _lengths(self) -> Tensor:
        """Tokens that each row has read, [rows]."""
        if self._start is not None:
            return self.length - self._start
        return torch.full((len(self._layers()[0].keys),), self.length, device=self.device)

    def copy(self) -> TorchReader:
        import copy

        twin = TorchReader(self._model)
        twin._cache, twin.length = copy.deepcopy(self._cache), self.length
        twin._start = self._start
        return twin

    def snapshot(self) -> KVCache:
        layers, first = self._layers(), 0 if self._start is None else int(self._start[0])
        if not self.joins:
            return KVCache(self.length, {})  # sliding windows drop the beginning
        parts: dict[str, Any] = {}
        for number, layer in enumerate(layers):
            pair = {"keys": layer.keys, "values": layer.values}
            parts |= {f"{number} {kind}": all_[:1, :, first:].cpu() for kind, all_ in pair.items()}
        return KVCache(self.length - first, parts)

    @torch.inference_mode()
    def restore(self, cache: KVCache, length: int, padding: Sequence[int] = (0,)) -> None:
        for number in range(len(cache.parts) // 2):
            pair = (cache.parts[f"{number} {kind}"] for kind in ("keys", "values"))
            keys, values = (_behind(part.to(self.device), padding, length) for part in pair)
            self._cache.update(keys, values, number)
        self.length = length
        self.pad(padding)


def _behind(part: Tensor, padding: Sequence[int], length: int) -> Tensor:
    """A cache's one row, behind each number of columns of padding: [rows, heads, length, width]."""
    if not any(padding):
        return part[:, :, :length].expand(len(padding), -1, -1, -1)
    pad = torch.nn.functional.pad
    rows = [pad(part[:, :, : max(0, length - gap)], (0, 0, min(gap, length), 0)) for gap in padding]
    return torch.cat(rows)


def _laid_below(one: Tensor, other: Tensor, width: int) -> Tensor:
    """Caches [rows, heads, columns, head width] as one of `width` columns, all ending together."""
    pad = torch.nn.functional.pad  # a negative number cuts
    return torch.cat([pad(part, (0, 0, width - part.shape[2], 0)) for part in (one, other)])
