"""The tiny autoencoder TAEF2 (madebyollin/taesd, MIT): pictures to latents and back.

Convolutions alone. The layer numbers are those of the published weights, which load unchanged.
diffusers' AutoencoderTiny has no pooled branch in its blocks, hence this module.
"""

import torch
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn

WIDTH = 64  # channels of every hidden layer


class Block(nn.Module):
    """Three convolutions with a skip connection; with `pooled`, a branch normalised over the whole
    picture is added first."""

    def __init__(self, pooled: bool = False):
        super().__init__()
        self.conv = nn.Sequential(
            _conv(WIDTH, WIDTH), nn.ReLU(), _conv(WIDTH, WIDTH), nn.ReLU(), _conv(WIDTH, WIDTH)
        )
        self.pool = _pool() if pooled else None

    def forward(self, x: Tensor) -> Tensor:
        if self.pool is not None:
            x = x + self.pool(x)
        return torch.relu(self.conv(x) + x)


class Clamp(nn.Module):
    """Soft clamp of latents to -3..3."""

    def forward(self, x: Tensor) -> Tensor:
        return torch.tanh(x / 3) * 3


def _conv(inputs: int, outputs: int, stride: int = 1, bias: bool = True) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=bias)


def _pool() -> nn.Sequential:
    wide = 4 * WIDTH
    return nn.Sequential(
        nn.Conv2d(WIDTH, wide, 1, bias=False),
        nn.GroupNorm(4, wide),
        nn.ReLU(),
        nn.Conv2d(wide, WIDTH, 1, bias=False),
    )


def _down() -> list[nn.Module]:
    return [_conv(WIDTH, WIDTH, stride=2, bias=False)]


def _up() -> list[nn.Module]:
    return [nn.Upsample(scale_factor=2), _conv(WIDTH, WIDTH, bias=False)]


def encoder(channels: int) -> nn.Sequential:
    """RGB in [0, 1], [B, 3, 8h, 8w], to latents [B, channels, h, w]."""
    return nn.Sequential(
        _conv(3, WIDTH), Block(),
        *_down(), Block(), Block(), Block(),
        *_down(), Block(), Block(), Block(),
        *_down(), Block(True), Block(True), Block(True), _conv(WIDTH, channels),
    )  # fmt: skip


def decoder(channels: int) -> nn.Sequential:
    """Latents [B, channels, h, w] to RGB about [0, 1], [B, 3, 8h, 8w]."""
    return nn.Sequential(
        Clamp(), _conv(channels, WIDTH), nn.ReLU(),
        Block(True), Block(True), Block(True), *_up(),
        Block(), Block(), Block(), *_up(),
        Block(), Block(), Block(), *_up(),
        Block(), _conv(WIDTH, 3),
    )  # fmt: skip


class TinyDecoder(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """The half that the app needs: latents to pictures."""

    @register_to_config
    def __init__(self, channels: int = 32):
        super().__init__()
        self.layers = decoder(channels)

    def forward(self, latents: Tensor) -> Tensor:
        """RGB in [0, 1], [B, 3, 8h, 8w], of latents [B, channels, h, w]."""
        return self.layers(latents).clamp(0, 1)
