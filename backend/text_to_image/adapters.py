"""The pipeline adapters: the bundled painter, Stable Diffusion's U-Nets, FLUX.2's transformers.

A row of the registry names its adapter; another pipeline needs one here only if none of these fits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import torch
from PIL import Image
from torch import Tensor

from backend.models.control_tokens import read_as_text
from backend.models.painter.pipeline import MAX_TOKENS
from backend.models.text_encoder import PREFIX
from backend.text_to_image.adapter import PREVIEW_PIXELS, PipelineAdapter, downsampled, to_image
from backend.text_to_image.chat_tokenizer import ChatTokenizer
from backend.text_to_image.prompt_tokens import PromptTokens, tokenize_prompt, without_spaces
from backend.text_to_image.resolve import Defaults, ResolvedRequest
from backend.text_to_image.word_maps import change_between, joint_attention

# How to name a style in the prompt of a model that has no styles of its own.
STYLE_PHRASES = {
    "noto": "simple emoji drawing",
    "3d": "glossy 3D render",
    "flat": "flat vector illustration",
}


class PainterAdapter(PipelineAdapter):
    """The bundled painter: it has its own styles, and one size."""

    def call_arguments(self, request: ResolvedRequest) -> dict[str, Any]:
        style = {"style": request.style} if request.style else {}
        return {**super().call_arguments(request), **style, "negative_prompt": request.negative}

    def prompt_tokens(self, request: ResolvedRequest) -> PromptTokens:
        return tokenize_prompt(self.pipeline.tokenizer, request.prompt, MAX_TOKENS, PREFIX)

    def attention_modules(self) -> Sequence[Any]:
        return [block.word_attention for block in self.pipeline.transformer.blocks]

    def is_guided(self, request: ResolvedRequest) -> bool:
        return True  # its batches always have both halves

    def decode(self, x0: Tensor, request: ResolvedRequest) -> Image.Image:
        image: Image.Image = self.pipeline.decode(x0)[0]
        return image

    def change(self, tensors: Mapping[str, Tensor]) -> Tensor | None:
        without, with_prompt = self._pixels(
            torch.cat([tensors["negative_x0"], tensors["positive_x0"]])
        )
        return change_between(without, with_prompt)

    def decode_preview(self, x0: Tensor, request: ResolvedRequest) -> Image.Image:
        return to_image(self._pixels(x0))

    @torch.inference_mode()
    def _pixels(self, x0: Tensor) -> Tensor:
        """Predictions as a preview shows them, RGB in 0..1, [B, 3, H, W]."""
        decoder = self.preview_decoder or self.pipeline.decoder
        pixels: Tensor = decoder(self.pipeline.transformer.denormalised(x0))
        return pixels

    def _size_arguments(self, request: ResolvedRequest) -> dict[str, Any]:
        return {}

    def _prompt_arguments(self, request: ResolvedRequest) -> dict[str, Any]:
        if request.toward_prompt is None:
            return {"prompt": request.prompt}
        mixed = self.pipeline.encode_mixed(request.prompt, *request.toward_prompt)
        return {"prompt": request.prompt, "prompt_states": mixed}

    def _noise(self, generator: torch.Generator, request: ResolvedRequest) -> Tensor:
        return self.pipeline.noise(1, generator)


class HubAdapter(PipelineAdapter):
    """What the hub's pipelines share: the style goes into the prompt, two prompts are mixed as
    embeddings, and the decoder is a VAE that can be replaced by a tiny one."""

    def styled_prompt(self, request: ResolvedRequest) -> str:
        """The prompt, followed by the style in words."""
        style = STYLE_PHRASES.get(request.style)
        return f"{request.prompt}, {style}" if style else request.prompt

    def _prompt_arguments(self, request: ResolvedRequest) -> dict[str, Any]:
        if request.toward_prompt is None:
            return {"prompt": self.styled_prompt(request)}
        second, weight = request.toward_prompt
        embeds = [self._embed(replace(request, prompt=text)) for text in (request.prompt, second)]
        return {"prompt_embeds": torch.lerp(embeds[0], embeds[1], weight)}

    def _embed(self, request: ResolvedRequest) -> Tensor:
        """The styled prompt's embeddings, as the text encoder gives them to the network."""
        raise NotImplementedError

    def decode(self, x0: Tensor, request: ResolvedRequest) -> Image.Image:
        return self._decode(self._unpacked(x0, request), request.size)

    def decode_preview(self, x0: Tensor, request: ResolvedRequest) -> Image.Image:
        return self._decode(self._unpacked(x0, request), PREVIEW_PIXELS)

    def _unpacked(self, x0: Tensor, request: ResolvedRequest) -> Tensor:
        """The scheduler's latents as the decoder reads them, [1, C, H, W]."""
        return x0

    @torch.inference_mode()
    def _decode(self, latents: Tensor, pixels: int) -> Image.Image:
        cells = max(1, pixels // self.pipeline.vae_scale_factor)
        return to_image(self._pixels(downsampled(latents, cells)))

    def _pixels(self, latents: Tensor) -> Tensor:
        """Latents [1, C, H, W] -> RGB in 0..1, [1, 3, 8 H, 8 W]."""
        raise NotImplementedError


class StableDiffusionAdapter(HubAdapter):
    """Stable Diffusion and what was distilled from it: a U-Net with cross-attention."""

    def __init__(self, pipeline: Any, defaults: Defaults, preview_decoder: Any = None) -> None:
        super().__init__(pipeline, defaults, preview_decoder)
        read_as_text(pipeline.tokenizer)

    def call_arguments(self, request: ResolvedRequest) -> dict[str, Any]:
        negative = {"negative_prompt": request.negative} if request.negative else {}
        return {**super().call_arguments(request), **negative}

    def prompt_tokens(self, request: ResolvedRequest) -> PromptTokens:
        tokenizer = self.pipeline.tokenizer
        limit = tokenizer.model_max_length
        return tokenize_prompt(tokenizer, request.prompt, limit, padding="max_length")

    def attention_modules(self) -> Sequence[Any]:
        modules = self.pipeline.unet.named_modules()
        return [module for name, module in modules if name.endswith("attn2")]

    def _embed(self, request: ResolvedRequest) -> Tensor:
        embeds, _ = self.pipeline.encode_prompt(
            self.styled_prompt(request), self.pipeline.device, 1, False
        )
        return embeds

    def _noise(self, generator: torch.Generator, request: ResolvedRequest) -> Tensor:
        unet, factor = self.pipeline.unet, self.pipeline.vae_scale_factor
        shape = (1, unet.config.in_channels, request.size // factor, request.size // factor)
        return torch.randn(shape, generator=generator, dtype=unet.dtype)

    def _pixels(self, latents: Tensor) -> Tensor:
        """TAESD reads latents as the U-Net has them, the pipeline's own decoder scaled ones."""
        tiny = self.preview_decoder
        if tiny is not None:
            return tiny.decode(latents.to(tiny.dtype)).sample / 2 + 0.5
        vae = self.pipeline.vae
        return vae.decode(latents.to(vae.dtype) / vae.config.scaling_factor).sample / 2 + 0.5


class FluxAdapter(HubAdapter):
    """FLUX.2: a flow-matching transformer with joint attention over the picture and the prompt."""

    word_attention = staticmethod(joint_attention)

    def __init__(self, pipeline: Any, defaults: Defaults, preview_decoder: Any = None) -> None:
        super().__init__(pipeline, defaults, preview_decoder)
        pipeline.tokenizer = ChatTokenizer(pipeline.tokenizer)

    def is_guided(self, request: ResolvedRequest) -> bool:
        return False  # it guides in two passes, not in one batch

    def prompt_tokens(self, request: ResolvedRequest) -> PromptTokens:
        """The prompt stands inside a chat template, whose tokens belong to no word."""
        tokenizer, limit = self.pipeline.tokenizer, self.pipeline.tokenizer_max_length
        offsets = tokenizer.prompt_offsets(self.styled_prompt(request), limit)
        last = len(request.prompt)  # a style may follow it
        within = tuple((start, end) if end <= last else (0, 0) for start, end in offsets)
        count = len(tokenizer.encode_prompt(request.prompt)["input_ids"])
        return PromptTokens(request.prompt, without_spaces(request.prompt, within), count)

    def attention_modules(self) -> Sequence[Any]:
        return [block.attn for block in self.pipeline.transformer.transformer_blocks]

    def _embed(self, request: ResolvedRequest) -> Tensor:
        embeds, _ = self.pipeline.encode_prompt(self.styled_prompt(request))
        return embeds

    def _noise(self, generator: torch.Generator, request: ResolvedRequest) -> Tensor:
        channels, side = self.pipeline.transformer.config.in_channels, self._side(request)
        dtype = self.pipeline.text_encoder.dtype
        return torch.randn((1, channels, side, side), generator=generator, dtype=dtype)

    def _side(self, request: ResolvedRequest) -> int:
        return request.size // (2 * self.pipeline.vae_scale_factor)  # a patch is 2 x 2 latents

    def _unpacked(self, x0: Tensor, request: ResolvedRequest) -> Tensor:
        """[1, cells, 4 C] -> [1, C, H, W], as the pipeline does before it decodes."""
        side, norm = self._side(request), self.pipeline.vae.bn
        packed = x0.transpose(1, 2).unflatten(2, (side, side)).float()
        std = (norm.running_var + self.pipeline.vae.config.batch_norm_eps).sqrt()
        shape = (1, -1, 1, 1)
        latents = packed * std.view(shape).to(packed) + norm.running_mean.view(shape).to(packed)
        return self.pipeline._unpatchify_latents(latents)

    def _pixels(self, latents: Tensor) -> Tensor:
        """TAEF2 answers in 0..1; the pipeline's own decoder in -1..1."""
        tiny = self.preview_decoder
        if tiny is not None:
            return tiny(latents.to(tiny.dtype))
        vae = self.pipeline.vae
        return vae.decode(latents.to(vae.dtype)).sample / 2 + 0.5
