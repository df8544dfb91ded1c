"""What colour a thing has, as a third opinion of the picture tower.

The trunk's features say what a thing is, hardly which colour it has: ImageNet's classes do not
depend on it. So the pixels are asked. Plain background (`plain_paper.py`) does not count. Each
colour name adds a direction of MiniLM's space that tells texts with it from others
(`training/colours.py`), weighted by the share of the thing that has the colour.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from backend.models.search_encoder.plain_paper import plain

COLOURS = (
    "red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "black", "white", "gray",
)  # fmt: skip
RED, ORANGE, PINK, BROWN, BLACK, WHITE, GRAY = 0, 1, 6, 7, 8, 9, 10
HUES = (15.0, 40.0, 68.0, 165.0, 255.0, 300.0, 345.0)  # degrees: where red, orange, ... pink end
STRENGTH = 0.2  # beside the other opinions, of which each is at most 1 long
EVERY = 4  # pixels: one in so many of each row and column is looked at


class Colours(nn.Module):
    """From pixels to the part of a picture's vector that its colours make."""

    directions: Tensor  # [11, W], by the order of COLOURS

    def __init__(self, mean: float, deviation: float, width: int):
        """`mean` and `deviation` are those that pixels were standardised with, 0 to 1."""
        super().__init__()
        self.mean, self.deviation = mean, deviation
        self.register_buffer("directions", torch.zeros(len(COLOURS), width))

    @torch.no_grad()
    def forward(self, pixels: Tensor) -> Tensor:
        """Vectors [B, W] of pictures [B, 3, H, W]."""
        there = torch.stack([torch.from_numpy(~plain(one)) for one in pixels.float().cpu().numpy()])
        few = pixels[:, :, ::EVERY, ::EVERY].float().permute(0, 2, 3, 1)
        rgb = few * self.deviation + self.mean
        found = shares(rgb, there[:, ::EVERY, ::EVERY].to(rgb.device))
        return STRENGTH * found @ self.directions


def colour_names(rgb: Tensor) -> Tensor:
    """Numbers in COLOURS, [...], of colours [..., 3] from 0 to 1, by hue, saturation and value."""
    value, least = rgb.amax(-1), rgb.amin(-1)
    span = value - least
    saturation = span / value.clamp(min=1e-6)
    red, green, blue = rgb.unbind(-1)
    safe = span.clamp(min=1e-6)
    sextant = torch.where(
        value == red,
        ((green - blue) / safe) % 6,
        torch.where(value == green, (blue - red) / safe + 2, (red - green) / safe + 4),
    )
    degrees = sextant * 60
    named = torch.bucketize(degrees, degrees.new_tensor(HUES), right=True) % len(HUES)
    named = torch.where((named == RED) & (saturation < 0.45) & (value > 0.8), PINK, named)
    named = torch.where((named == ORANGE) & (value < 0.7), BROWN, named)
    named = torch.where(saturation < 0.15, torch.where(value > 0.88, WHITE, GRAY), named)
    return torch.where(value < 0.25, BLACK, named)


def shares(rgb: Tensor, there: Tensor) -> Tensor:
    """The share of each colour, [B, 11] with sum 1, of pictures [B, H, W, 3] where they are there,
    [B, H, W]."""
    named = nn.functional.one_hot(colour_names(rgb).flatten(1), len(COLOURS)).float()
    counts = (named * there.flatten(1).float().unsqueeze(-1)).sum(1)
    return counts / counts.sum(1, keepdim=True).clamp(min=1e-6)
