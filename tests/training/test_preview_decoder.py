"""The glimpse learns what a decoder shows."""

from __future__ import annotations

import pytest
import torch

from backend.models.painter.preview_decoder import Glimpse
from training.preview_decoder import learn


@pytest.mark.usefixtures("ticking")
def test_it_comes_closer_to_the_pictures_that_it_learns_from() -> None:
    torch.manual_seed(0)
    latents = torch.randn(16, 4, 4, 4)
    pictures = latents[:, :3].sigmoid().repeat_interleave(8, 2).repeat_interleave(8, 3)
    glimpse = Glimpse(4, width=16, depth=1)
    with torch.inference_mode():
        before = (glimpse(latents) - pictures).abs().mean()
    learn(glimpse, (latents, pictures), 100)  # steps
    with torch.inference_mode():
        after = glimpse(latents)
    assert after.shape == pictures.shape
    assert (after - pictures).abs().mean() < before / 2
