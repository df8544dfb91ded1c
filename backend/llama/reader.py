"""Reading with the OpenVINO graph: see backend/reader.py for what a reader does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import openvino as ov

if TYPE_CHECKING:
    from torch import Tensor


class LlamaReader:
    """One text, or several rows of equal length, being read by a compiled graph."""

    def __init__(self, network: ov.CompiledModel) -> None:
        self._network, self._request = network, network.create_infer_request()
        self.length, self.device = 0, "cpu"

    def read(self, ids: Tensor, keep: int = 1, rows: Sequence[int] | None = None) -> Tensor:
        """float32 logits [rows, keep, vocabulary]; see `backend.reader.Reader`."""
        import torch

        count, new = ids.shape
        places = np.arange(self.length, self.length + new, dtype=np.int64)
        asked = {
            "input_ids": ids.numpy(),
            "position_ids": np.broadcast_to(places, (count, new)).copy(),
            "beam_idx": np.array(range(count) if rows is None else rows, dtype=np.int32),
            "keep": np.array([keep], dtype=np.int64),
        }
        logits = self._request.infer(asked)["logits"]
        self.length += new
        return torch.from_numpy(logits)

    def copy(self, upto: int | None = None) -> LlamaReader:
        twin = LlamaReader(self._network)
        twin.length = self.length if upto is None else min(upto, self.length)
        if twin.length:
            mine = {state.name: state.state for state in self._request.query_state()}
            for state in twin._request.query_state():
                state.state = _beginning(mine[state.name], twin.length)
        return twin

    @property
    def nbytes(self) -> int:
        if not self.length:
            return 0
        return sum(int(state.state.data.nbytes) for state in self._request.query_state())


def _beginning(tensor: Any, length: int) -> ov.Tensor:
    """A copy of the first `length` tokens of keys or values [rows, heads, tokens, width]."""
    return ov.Tensor(np.ascontiguousarray(tensor.data[:, :, :length]))
