"""Reading with the OpenVINO graph: see backend/models/reader.py."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import openvino as ov

from backend.models.kv_cache import KVCache

if TYPE_CHECKING:
    from torch import Tensor


class LlamaReader:
    """One text, or several rows of equal length, being read by a compiled graph."""

    def __init__(self, network: ov.CompiledModel) -> None:
        self._network, self._request = network, network.create_infer_request()
        self.length, self.device = 0, "cpu"

    def read(self, ids: Tensor, keep: int = 1, rows: Sequence[int] | None = None) -> Tensor:
        """float32 logits [rows, keep, vocabulary]; see `backend.models.reader.CausalReader`."""
        import torch

        count, new = ids.shape
        places = np.arange(self.length, self.length + new, dtype=np.int64)
        inputs = {
            "input_ids": ids.numpy(),
            "position_ids": np.broadcast_to(places, (count, new)).copy(),
            "beam_idx": np.array(range(count) if rows is None else rows, dtype=np.int32),
            "keep": np.array([keep], dtype=np.int64),
        }
        logits = self._request.infer(inputs)["logits"]
        self.length += new
        return torch.from_numpy(logits)

    def copy(self) -> LlamaReader:
        twin = LlamaReader(self._network)
        if self.length:
            twin.restore(self.snapshot(), self.length)
        return twin

    def snapshot(self) -> KVCache:
        if not self.length:
            return KVCache(0, {})
        states = self._request.query_state()
        return KVCache(self.length, {one.name: np.array(one.state.data) for one in states})

    def restore(self, cache: KVCache, length: int) -> None:
        for state in self._request.query_state():
            state.state = ov.Tensor(np.ascontiguousarray(cache.parts[state.name][:, :, :length]))
        self.length = length
