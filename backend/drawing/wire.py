"""Maps as text for the browser. Imports no torch: the page does not, either."""

from __future__ import annotations

import base64
from typing import Any


def pack_heat(heat: Any) -> dict[str, Any]:
    """Maps [steps, words, cells, cells], a tensor: {"shape", "data"}. A share w is the byte
    round(255 √w), off by at most √w / 255; the root gives small shares the finer steps."""
    levels = (heat.clamp(0, 1).sqrt() * 255).round().byte().contiguous().numpy()
    return {"shape": list(heat.shape), "data": base64.b64encode(levels.tobytes()).decode("ascii")}
