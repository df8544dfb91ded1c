"""Reading with the OpenVINO graph: see backend/models/reader.py."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import openvino as ov
from numpy.typing import NDArray

from backend.models.kv_cache import KVCache

if TYPE_CHECKING:
    from torch import Tensor


class LlamaReader:
    """One text, or several rows, being read by a compiled graph."""

    joins = True

    def __init__(self, network: ov.CompiledModel) -> None:
        self._network, self._request = network, network.create_infer_request()
        self._start: NDArray[np.int64] | None = None  # [rows]; None before the first read
        self.length, self.device = 0, "cpu"

    def pad(self, padding: Sequence[int]) -> None:
        self._start = np.array(padding, dtype=np.int64)

    def read(self, ids: Tensor, keep: int = 1, rows: Sequence[int] | None = None) -> Tensor:
        """float32 logits [rows, keep, vocabulary]; see `backend.models.reader.CausalReader`."""
        import torch

        count, new = ids.shape
        order = np.array(range(count) if rows is None else rows, dtype=np.int32)
        start = np.zeros(count, np.int64) if self._start is None else self._start[order]
        inputs = {
            "input_ids": ids.numpy(),
            "columns": np.arange(self.length, self.length + new, dtype=np.int64),
            "start": start,
            "beam_idx": order,
            "keep": np.array([keep], dtype=np.int64),
        }
        logits = self._request.infer(inputs)["logits"]
        self._start, self.length = start, self.length + new
        return torch.from_numpy(logits)

    def join(self, other: LlamaReader) -> None:
        """Lay the rows of `other` below these. `other` is of no use afterwards."""
        (mine, theirs), width = _starts_within_width(self, other)
        others = {one.name: one for one in other._request.query_state()}
        for state in self._request.query_state():
            tensors = [one.state for one in (state, others[state.name])]  # own what is looked at
            state.state = ov.Tensor(_laid_below([one.data for one in tensors], width))
        self._start, self.length = np.concatenate([mine, theirs]), width

    def copy(self) -> LlamaReader:
        twin = LlamaReader(self._network)
        if self.length:
            twin.restore(self.snapshot(), self.length)
        return twin

    def snapshot(self) -> KVCache:
        if self._start is None:
            return KVCache(0, {})
        first, states = int(self._start[0]), self._request.query_state()
        parts = {one.name: np.array(one.state.data[:1, :, first:]) for one in states}
        return KVCache(self.length - first, parts)

    def restore(self, cache: KVCache, length: int, padding: Sequence[int] = (0,)) -> None:
        for state in self._request.query_state():
            state.state = ov.Tensor(_behind(cache.parts[state.name], padding, length))
        self.length = length
        self.pad(padding)


def _starts_within_width(*readers: LlamaReader) -> tuple[list[NDArray[np.int64]], int]:
    """Where each reader's rows start among as many columns as the longest row of all needs."""
    lengths = [reader.length - reader._start for reader in readers if reader._start is not None]
    width = max(int(one.max()) for one in lengths)
    return [width - one for one in lengths], width


def _behind(part: NDArray[Any], padding: Sequence[int], length: int) -> NDArray[Any]:
    """A cache's one row, behind each number of columns of padding: [rows, heads, length, width]."""
    _, heads, _, size = part.shape
    rows = np.zeros((len(padding), heads, length, size), part.dtype)
    for row, gap in zip(rows, padding, strict=True):
        row[:, gap:] = part[0, :, : max(0, length - gap)]
    return rows


def _laid_below(parts: Sequence[NDArray[Any]], width: int) -> NDArray[Any]:
    """Caches [rows, heads, columns, head width] as one of `width` columns, all ending together."""
    rows, (_, heads, _, size) = sum(map(len, parts)), parts[0].shape
    both, row = np.zeros((rows, heads, width, size), parts[0].dtype), 0
    for part in parts:
        columns = min(width, part.shape[2])
        both[row : row + len(part), :, width - columns :] = part[:, :, part.shape[2] - columns :]
        row += len(part)
    return both
