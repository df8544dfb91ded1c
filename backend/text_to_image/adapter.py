"""One face for every pipeline: what to call it with, how to look at its latents and its attention.

An easel adds nothing to a pipeline. Whoever calls the pipeline with `keywords(asked)` and
`generator(asked)` gets the same pixels as the tab.
"""

from __future__ import annotations

import gc
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import torch
from PIL import Image
from torch import Tensor

from backend.text_to_image.defaults import Habits, Settled
from backend.text_to_image.prompt_tokens import Pieces
from backend.text_to_image.word_maps import Shares, cross_shares

GLIMPSE = 256  # pixels on a side of a live preview, at most


class Easel:
    """What all easels share; a pipeline's own easel fills in the rest."""

    shares: Shares = staticmethod(cross_shares)

    def __init__(self, pipeline: Any, habits: Habits, tiny: Any = None) -> None:
        """`tiny` decodes latents fast; without one the pipeline's own decoder does it."""
        self.pipeline, self.habits, self.tiny = pipeline, habits, tiny
        self.thread = ThreadPoolExecutor(1, "drawing")

    def generator(self, asked: Settled) -> torch.Generator:
        """Noise is drawn on the CPU: a seed is one picture on every device."""
        return torch.Generator("cpu").manual_seed(asked.seed)

    def keywords(self, asked: Settled) -> dict[str, Any]:
        """What the pipeline is called with, beside generator and callback."""
        given = {**self._sizes(asked), **self._words(asked)}
        if asked.noise_of:
            given["latents"] = self._mixed_noise(asked)
        return {
            **given,
            "num_inference_steps": asked.steps,
            "guidance_scale": asked.guidance,
        }

    def pieces(self, asked: Settled) -> Pieces:
        """The prompt as the pipeline reads it."""
        raise NotImplementedError

    def places(self) -> Sequence[Any]:
        """The attention modules where the picture looks at the words."""
        raise NotImplementedError

    def is_guided(self, asked: Settled) -> bool:
        """Whether a batch holds the empty prompt's half first."""
        return asked.guidance > 1

    def develop(self, clean: Tensor, asked: Settled) -> Image.Image:
        """Latents as the scheduler has them -> a picture of full size."""
        raise NotImplementedError

    def glimpse(self, clean: Tensor, asked: Settled) -> Image.Image:
        """The same for the moment: fast, and small where that is faster."""
        raise NotImplementedError

    @property
    def is_checked(self) -> bool:
        """Whether the pipeline checks what it has drawn; its steps are then not shown before."""
        return getattr(self.pipeline, "safety_checker", None) is not None

    def is_blocked(self, output: Any) -> bool:
        """Whether the pipeline's safety check, if it has one, refused the picture."""
        found = getattr(output, "nsfw_content_detected", None)
        return bool(found and found[0])

    def free_memory(self) -> None:
        """What a run that failed has left behind goes back to the device."""
        gc.collect()
        if self.pipeline.device.type == "cuda":
            torch.cuda.empty_cache()

    def _sizes(self, asked: Settled) -> dict[str, Any]:
        return {"height": asked.size, "width": asked.size}

    def _words(self, asked: Settled) -> dict[str, Any]:
        raise NotImplementedError

    def _noise(self, generator: torch.Generator, asked: Settled) -> Tensor:
        """What the pipeline would draw itself, on the CPU."""
        raise NotImplementedError

    def _mixed_noise(self, asked: Settled) -> Tensor:
        assert asked.noise_of
        other, share = asked.noise_of
        first, second = (
            self._noise(torch.Generator("cpu").manual_seed(seed), asked)
            for seed in (asked.seed, other)
        )
        return between(first, second, share).to(self.pipeline.device)


def between(first: Tensor, second: Tensor, share: float) -> Tensor:
    """From one noise to another along the sphere (slerp, Shoemake 1985): a straight line would
    pass through noise that is too weak."""
    flat, other = first.flatten().double(), second.flatten().double()
    cosine = torch.dot(flat, other) / (flat.norm() * other.norm())
    angle = torch.arccos(cosine.clamp(-1, 1))
    if angle.sin().abs() < 1e-6:
        return torch.lerp(first, second, share)
    weights = torch.sin((1 - share) * angle), torch.sin(share * angle)
    mixed = (weights[0] * flat + weights[1] * other) / torch.sin(angle)
    return mixed.to(first.dtype).view_as(first)


def as_picture(pixels: Tensor) -> Image.Image:
    """[1, 3, H, W] in 0..1 -> a PIL picture."""
    values = (pixels[0].float().clamp(0, 1) * 255).round().byte().permute(1, 2, 0)
    return Image.fromarray(values.cpu().numpy())


def smaller(latents: Tensor, cells: int) -> Tensor:
    """Latents [B, C, H, W] averaged to at most `cells` on a side: so much cheaper to decode."""
    side = latents.shape[-1]
    return latents if side <= cells else torch.nn.functional.adaptive_avg_pool2d(latents, cells)
