"""A glimpse of latents: nearly what the tiny autoencoder shows, at a fifteenth of its price.

A small convolutional network that learnt from the decoder's own pictures
(`training/preview_decoder.py`). Soft, but right in place and colour: for the moment of a live
preview, on machines where decoding a picture takes as long as a step of drawing it.
"""

import torch
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn


class Residual(nn.Module):
    """Two convolutions with a skip."""

    def __init__(self, width: int):
        super().__init__()
        self.layers = nn.Sequential(_conv(width, width), nn.ReLU(), _conv(width, width))

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(x + self.layers(x))


def _conv(inputs: int, outputs: int) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, 3, padding=1)


def _up(inputs: int, outputs: int) -> list[nn.Module]:
    """Twice as large: most of the work is done where there are few cells."""
    return [_conv(inputs, 4 * outputs), nn.PixelShuffle(2)]


class Glimpse(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """Latents [B, C, h, w], as the autoencoder has them, to RGB in 0..1, [B, 3, 8h, 8w]."""

    @register_to_config
    def __init__(self, channels: int = 32, width: int = 96, depth: int = 3):
        super().__init__()
        half, quarter = width // 2, width // 4
        self.layers = nn.Sequential(
            _conv(channels, width), nn.ReLU(), *(Residual(width) for _ in range(depth)),
            *_up(width, half), nn.ReLU(), _conv(half, half), nn.ReLU(),
            *_up(half, quarter), nn.ReLU(), *_up(quarter, 3),
        )  # fmt: skip

    def forward(self, latents: Tensor) -> Tensor:
        """RGB in [0, 1]."""
        return self.layers(torch.tanh(latents / 3) * 3).clamp(0, 1)
