"""The graph as it was before rows could differ in length: `position_ids` [batch, n], and one mask
for all rows. One row alone must still give its logits, bit for bit."""

from __future__ import annotations

import numpy as np
import openvino as ov
from openvino import opset13 as op

from backend.models.llama.graph import Llama, _input


class EqualRows(Llama):
    """All rows have read equally many tokens."""

    def __init__(self, gguf):
        super().__init__(gguf)
        self._columns = _input("position_ids", [-1, -1], ov.Type.i64)  # `start` is not used

    def _positions(self):
        return self._columns

    def _causal_mask(self):
        places = op.gather(self._columns, np.int64(0), np.int64(0))
        all_places = op.range(
            np.int64(0), op.add(op.reduce_max(places, [0]), np.int64(1)), np.int64(1), ov.Type.i64
        )
        allowed = op.less_equal(all_places, op.unsqueeze(places, 1))
        mask = op.select(allowed, np.float32(0), np.float32(-np.inf))
        return op.unsqueeze(mask, [0, 1])


class EqualRowsReader:
    """Reads one row with it, as LlamaReader did."""

    def __init__(self, network):
        self._request, self._length = network.create_infer_request(), 0

    def read(self, ids, rows=(0,)):
        count, new = ids.shape
        places = np.arange(self._length, self._length + new, dtype=np.int64)
        self._length += new
        return self._request.infer(
            {
                "input_ids": ids.numpy(),
                "position_ids": np.broadcast_to(places, (count, new)).copy(),
                "start": np.zeros(count, dtype=np.int64),
                "beam_idx": np.array(rows, dtype=np.int32),
                "keep": np.array([new], dtype=np.int64),
            }
        )["logits"]
