"""The preview decoder: close to what the tiny autoencoder decodes, at a fifteenth of the cost.

A small convolutional network, trained on the decoder's own pictures
(`training/preview_decoder.py`). Its pictures are soft, but right in place and colour: for live
previews on machines where decoding a picture takes as long as a step of drawing it.
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
    """Doubles the side after the convolution, so that most of the work is done on few cells."""
    return [_conv(inputs, 4 * outputs), nn.PixelShuffle(2)]


class PreviewDecoder(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """The autoencoder's latents [B, C, h, w] to RGB in 0..1, [B, 3, 8h, 8w]."""

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
        """RGB in 0..1, [B, 3, 8h, 8w]."""
        return self.layers(torch.tanh(latents / 3) * 3).clamp(0, 1)
