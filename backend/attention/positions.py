"""The sinusoidal positional encoding (Vaswani et al. 2017, section 3.5)."""

from __future__ import annotations

import numpy as np


def sinusoidal(positions: int, width: int) -> np.ndarray:
    """float64 (positions, width) in [-1, 1]:

        PE(pos, 2i)     = sin(pos / 10000^(2i / width))
        PE(pos, 2i + 1) = cos(pos / 10000^(2i / width))

    An odd width leaves out the last cosine.
    """
    pairs = np.arange(0, width, 2)
    angles = np.arange(positions)[:, None] / 10000.0 ** (pairs / width)
    encoding = np.empty((positions, width))
    encoding[:, 0::2] = np.sin(angles)
    encoding[:, 1::2] = np.cos(angles[:, : width // 2])
    return encoding
