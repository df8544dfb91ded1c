"""Arrays as text for the browser: only what is seen travels, and small.

A weight w in [0, 1] travels as round(√w · scale), 16 bits up to 256 x 256 cells and 8 bits above,
compressed. The error is at most √w / scale: 0.000016 with 16 bits, 0.004 with 8; the square root
gives small weights the finer steps. Rows that numbers are read from travel as float32, exactly.
"""

from __future__ import annotations

import base64
import zlib
from typing import Any

import numpy as np

CELLS_IN_16_BITS = 65_536


def pack_weights(weights: np.ndarray) -> dict[str, object]:
    """(r, c) weights -> {"bits", "shape", "data"}; see the module for the error."""
    bits = 16 if weights.size <= CELLS_IN_16_BITS else 8
    scale = 2**bits - 1
    levels = np.sqrt(np.clip(weights, 0, 1)) * scale
    return pack(np.rint(levels).astype(np.uint16 if bits == 16 else np.uint8))


def pack(array: np.ndarray) -> dict[str, object]:
    """Any array of bytes, 16-bit numbers or float32: {"bits", "shape", "data"}."""
    little = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
    data = base64.b64encode(zlib.compress(little.tobytes(), 1)).decode("ascii")
    return {"bits": array.itemsize * 8, "shape": list(array.shape), "data": data}


def unpack(packed: dict[str, object]) -> np.ndarray:
    """What the browser does, for tests and scripts: weights from what `pack_weights` gives."""
    bits = int(str(packed["bits"]))
    kind = {8: "<u1", 16: "<u2"}[bits]
    raw = zlib.decompress(base64.b64decode(str(packed["data"])))
    levels = np.frombuffer(raw, kind).reshape(packed["shape"])  # type: ignore[call-overload]
    return (levels / (2**bits - 1)) ** 2


def pack_maps(maps: Any) -> dict[str, Any]:
    """Maps [steps, words, cells, cells], a tensor: {"shape", "data"}. A share w is the byte
    round(255 √w), off by at most √w / 255; the root gives small shares the finer steps."""
    levels = (maps.clamp(0, 1).sqrt() * 255).round().byte().contiguous().numpy()
    return {"shape": list(maps.shape), "data": base64.b64encode(levels.tobytes()).decode("ascii")}
