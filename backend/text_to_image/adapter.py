"""One interface for every pipeline: its call, its latents, its attention to the prompt.

An adapter adds nothing to a pipeline. Whoever calls the pipeline with `call_arguments(request)` and
`generator(request)` gets the same pixels as the tab.
"""

from __future__ import annotations

import gc
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import torch
from PIL import Image
from torch import Tensor

from backend.messages import distinct
from backend.models import control_tokens
from backend.text_to_image.prompt_tokens import PromptTokens
from backend.text_to_image.request import DrawRequest
from backend.text_to_image.resolve import Defaults, ResolvedRequest, resolve
from backend.text_to_image.word_maps import WordAttention, cross_attention

PREVIEW_PIXELS = 256  # on a side of a live preview, at most


class PipelineAdapter:
    """What all adapters share; a pipeline's own adapter fills in the rest."""

    word_attention: WordAttention = staticmethod(cross_attention)
    is_offloaded = False  # its parts take turns on the device, which it needs for itself

    def __init__(self, pipeline: Any, defaults: Defaults, preview_decoder: Any = None) -> None:
        """Without a `preview_decoder` the pipeline's own one decodes the previews."""
        self.pipeline, self.defaults = pipeline, defaults
        self.preview_decoder = preview_decoder
        self.thread = ThreadPoolExecutor(1, "text-to-image")

    def resolve(self, request: DrawRequest) -> ResolvedRequest:
        """The request for this model, with notes on what it cannot do or cannot read."""
        resolved = resolve(request, self.defaults)
        typed = control_tokens.note(self.pipeline.tokenizer, request.prompt, resolved.negative)
        read = self.prompt_tokens(resolved).notes()
        if resolved.negative:
            avoided = replace(resolved, prompt=resolved.negative, style="")
            read += self.prompt_tokens(avoided).notes()
        return replace(resolved, notes=distinct((*resolved.notes, *typed, *read)))

    def generator(self, request: ResolvedRequest) -> torch.Generator:
        """Noise is drawn on the CPU: a seed gives one picture on every device."""
        return torch.Generator("cpu").manual_seed(request.seed)

    def call_arguments(self, request: ResolvedRequest) -> dict[str, Any]:
        """What the pipeline is called with, besides the generator and the callback."""
        arguments = {**self._size_arguments(request), **self._prompt_arguments(request)}
        if request.toward_seed:
            arguments["latents"] = self._interpolated_noise(request)
        return {
            **arguments,
            "num_inference_steps": request.steps,
            "guidance_scale": request.guidance,
        }

    def prompt_tokens(self, request: ResolvedRequest) -> PromptTokens:
        """The prompt as the pipeline tokenizes it."""
        raise NotImplementedError

    def attention_modules(self) -> Sequence[Any]:
        """The modules in which the picture attends to the prompt."""
        raise NotImplementedError

    def is_guided(self, request: ResolvedRequest) -> bool:
        """Whether the first half of each batch is the unconditional one."""
        return request.guidance > 1

    def change(self, tensors: Mapping[str, Tensor]) -> Tensor | None:
        """How much the prompt changes what a step predicts at each place, [cells, cells]. From the
        tensors that the pipeline's callback gets; None where it does not get enough."""
        return None

    def decode(self, x0: Tensor, request: ResolvedRequest) -> Image.Image:
        """Latents as the scheduler has them -> a picture of full size."""
        raise NotImplementedError

    def decode_preview(self, x0: Tensor, request: ResolvedRequest) -> Image.Image:
        """The same for a live preview: fast, and small where that is faster."""
        raise NotImplementedError

    @property
    def has_safety_checker(self) -> bool:
        """Whether the pipeline checks its pictures; previews would show them before."""
        return getattr(self.pipeline, "safety_checker", None) is not None

    def is_blocked(self, output: Any) -> bool:
        """Whether the pipeline's safety checker, if it has one, refused the picture."""
        found = getattr(output, "nsfw_content_detected", None)
        return bool(found and found[0])

    def free_memory(self) -> None:
        """Give the memory of a failed run back to the device."""
        gc.collect()
        if self.pipeline.device.type == "cuda":
            torch.cuda.empty_cache()

    def _size_arguments(self, request: ResolvedRequest) -> dict[str, Any]:
        return {"height": request.size, "width": request.size}

    def _prompt_arguments(self, request: ResolvedRequest) -> dict[str, Any]:
        raise NotImplementedError

    def _noise(self, generator: torch.Generator, request: ResolvedRequest) -> Tensor:
        """The noise that the pipeline itself would draw, on the CPU."""
        raise NotImplementedError

    def _interpolated_noise(self, request: ResolvedRequest) -> Tensor:
        assert request.toward_seed
        other, weight = request.toward_seed
        first, second = (
            self._noise(torch.Generator("cpu").manual_seed(seed), request)
            for seed in (request.seed, other)
        )
        return slerp(first, second, weight).to(self.pipeline.device)


def slerp(first: Tensor, second: Tensor, weight: float) -> Tensor:
    """Spherical linear interpolation (Shoemake 1985): on a straight line between two noises lies
    noise that is too weak."""
    a, b = first.flatten().double(), second.flatten().double()
    cosine = torch.dot(a, b) / (a.norm() * b.norm())
    angle = torch.arccos(cosine.clamp(-1, 1))
    if angle.sin().abs() < 1e-6:
        return torch.lerp(first, second, weight)
    weights = torch.sin((1 - weight) * angle), torch.sin(weight * angle)
    mixed = (weights[0] * a + weights[1] * b) / torch.sin(angle)
    return mixed.to(first.dtype).view_as(first)


def to_image(pixels: Tensor) -> Image.Image:
    """[1, 3, H, W] in 0..1 -> a PIL image."""
    values = (pixels[0].float().clamp(0, 1) * 255).round().byte().permute(1, 2, 0)
    return Image.fromarray(values.cpu().numpy())


def downsampled(latents: Tensor, cells: int) -> Tensor:
    """Latents [B, C, H, W] averaged to at most `cells` on a side, which are cheaper to decode."""
    side = latents.shape[-1]
    return latents if side <= cells else torch.nn.functional.adaptive_avg_pool2d(latents, cells)
