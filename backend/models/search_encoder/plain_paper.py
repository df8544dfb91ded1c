"""Which parts of a picture are plain background: paper of one colour that reaches in from its edge.

Where nothing is, no map should point. A cut-out on white, a drawing, a product on grey have such
paper; a photograph of a scene has none, and of a picture of one colour the paper is the thing.
"""

from __future__ import annotations

import numpy as np
import torch
from scipy import ndimage
from torch import Tensor

TOLERANCE = 0.1  # of a colour, where pixels have a deviation of about 1
MIN_EDGE = 0.5  # share of the edge that must have one colour, or there is no plain background


def shown(pixels: Tensor, side: int) -> Tensor:
    """How much of each cell is not plain background, 0 to 1: [B, side, side] of [B, 3, H, W]."""
    things = torch.stack([torch.from_numpy(~plain(one)) for one in pixels.float().cpu().numpy()])
    return torch.nn.functional.adaptive_avg_pool2d(things[:, None].float(), side)[:, 0]


def plain(pixels: np.ndarray) -> np.ndarray:
    """Which pixels are plain background: bool [H, W] of [3, H, W]."""
    edge = np.concatenate([pixels[:, 0], pixels[:, -1], pixels[:, :, 0], pixels[:, :, -1]], axis=1)
    colour = np.median(edge, axis=1)
    if (np.abs(edge - colour[:, None]).max(0) < TOLERANCE).mean() < MIN_EDGE:
        return np.zeros(pixels.shape[1:], bool)
    alike = np.abs(pixels - colour[:, None, None]).max(0) < TOLERANCE
    areas, _ = ndimage.label(alike)
    reaching = np.unique(np.concatenate([areas[0], areas[-1], areas[:, 0], areas[:, -1]]))
    paper = np.isin(areas, reaching[reaching > 0])
    return paper if not paper.all() else ~paper
