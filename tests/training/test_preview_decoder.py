"""The preview decoder learns what another decoder shows."""

from __future__ import annotations

import torch

from backend.models.painter.preview_decoder import PreviewDecoder
from training.preview_decoder import train


def test_it_comes_closer_to_the_pictures_that_it_learns_from() -> None:
    torch.manual_seed(0)
    latents = torch.randn(16, 4, 4, 4)
    pictures = latents[:, :3].sigmoid().repeat_interleave(8, 2).repeat_interleave(8, 3)
    decoder = PreviewDecoder(4, width=16, depth=1)
    with torch.inference_mode():
        before = (decoder(latents) - pictures).abs().mean()
    train(decoder, (latents, pictures), (step / 100 for step in range(100)))
    with torch.inference_mode():
        after = decoder(latents)
    assert after.shape == pictures.shape
    assert (after - pictures).abs().mean() < before / 2
