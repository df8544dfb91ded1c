"""The easels there are: the bundled painter, Stable Diffusion's U-Nets, FLUX.2's transformers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import torch
from PIL import Image
from torch import Tensor

from backend.models.painter.pipeline import LONGEST
from backend.text_to_image.adapter import GLIMPSE, Easel, as_picture, smaller
from backend.text_to_image.defaults import Habits, Settled
from backend.text_to_image.prompt_tokens import Pieces, cut
from backend.text_to_image.word_maps import joint_shares

# What a style is called where it has to be asked for in words.
STYLE_WORDS = {
    "noto": "simple emoji drawing",
    "3d": "glossy 3D render",
    "flat": "flat vector illustration",
}


class PainterEasel(Easel):
    """The bundled painter, which knows its styles by name and one size only."""

    def keywords(self, asked: Settled) -> dict[str, Any]:
        own_style = {"style": asked.style} if asked.style else {}
        return {**super().keywords(asked), **own_style, "negative_prompt": asked.negative}

    def pieces(self, asked: Settled) -> Pieces:
        return cut(self.pipeline.tokenizer, asked.prompt, LONGEST)

    def places(self) -> Sequence[Any]:
        return [block.word_attention for block in self.pipeline.transformer.blocks]

    def is_guided(self, asked: Settled) -> bool:
        return True  # it always draws both halves

    def develop(self, clean: Tensor, asked: Settled) -> Image.Image:
        picture: Image.Image = self.pipeline.decode(clean)[0]
        return picture

    @torch.inference_mode()
    def glimpse(self, clean: Tensor, asked: Settled) -> Image.Image:
        if self.tiny is None:
            return self.develop(clean, asked)
        net = self.pipeline.transformer
        return as_picture(self.tiny(clean * net.latent_std + net.latent_mean))

    def _sizes(self, asked: Settled) -> dict[str, Any]:
        return {}

    def _words(self, asked: Settled) -> dict[str, Any]:
        if asked.mixed is None:
            return {"prompt": asked.prompt}
        return {"prompt": asked.prompt, "words": self.pipeline.mix(asked.prompt, *asked.mixed)}

    def _noise(self, generator: torch.Generator, asked: Settled) -> Tensor:
        return self.pipeline.noise(1, generator)


class WordStyled(Easel):
    """A pipeline that is told the style in words."""

    def prompt_of(self, asked: Settled) -> str:
        """The prompt and the style."""
        words = STYLE_WORDS.get(asked.style)
        return f"{asked.prompt}, {words}" if words else asked.prompt

    def _words(self, asked: Settled) -> dict[str, Any]:
        if asked.mixed is None:
            return {"prompt": self.prompt_of(asked)}
        second, share = asked.mixed
        states = [self._states(replace(asked, prompt=text)) for text in (asked.prompt, second)]
        return {"prompt_embeds": torch.lerp(states[0], states[1], share)}

    def _states(self, asked: Settled) -> Tensor:
        """The prompt as the pipeline's text encoder gives it to the network."""
        raise NotImplementedError

    def develop(self, clean: Tensor, asked: Settled) -> Image.Image:
        return self._decode(self._unpacked(clean, asked), asked.size)

    def glimpse(self, clean: Tensor, asked: Settled) -> Image.Image:
        return self._decode(self._unpacked(clean, asked), GLIMPSE)

    def _unpacked(self, clean: Tensor, asked: Settled) -> Tensor:
        return clean

    @torch.inference_mode()
    def _decode(self, latents: Tensor, side: int) -> Image.Image:
        cells = max(1, side // self.pipeline.vae_scale_factor)
        return as_picture(self._pixels(smaller(latents, cells)))

    def _pixels(self, latents: Tensor) -> Tensor:
        """Latents to [1, 3, H, W] in 0..1."""
        raise NotImplementedError


class StableEasel(WordStyled):
    """Stable Diffusion and what was distilled from it: a U-Net with cross-attention."""

    def keywords(self, asked: Settled) -> dict[str, Any]:
        negative = {"negative_prompt": asked.negative} if asked.negative else {}
        return {**super().keywords(asked), **negative}

    def pieces(self, asked: Settled) -> Pieces:
        longest = self.pipeline.tokenizer.model_max_length
        return cut(self.pipeline.tokenizer, asked.prompt, longest, padding="max_length")

    def places(self) -> Sequence[Any]:
        modules = self.pipeline.unet.named_modules()
        return [module for name, module in modules if name.endswith("attn2")]

    def _states(self, asked: Settled) -> Tensor:
        states, _ = self.pipeline.encode_prompt(
            self.prompt_of(asked), self.pipeline.device, 1, False
        )
        return states

    def _noise(self, generator: torch.Generator, asked: Settled) -> Tensor:
        unet, factor = self.pipeline.unet, self.pipeline.vae_scale_factor
        shape = (1, unet.config.in_channels, asked.size // factor, asked.size // factor)
        return torch.randn(shape, generator=generator, dtype=unet.dtype)

    def _pixels(self, latents: Tensor) -> Tensor:
        """TAESD reads latents as the U-Net has them, the pipeline's own decoder scaled ones."""
        if self.tiny is not None:
            return self.tiny.decode(latents.to(self.tiny.dtype)).sample / 2 + 0.5
        vae = self.pipeline.vae
        return vae.decode(latents.to(vae.dtype) / vae.config.scaling_factor).sample / 2 + 0.5


class FluxEasel(WordStyled):
    """FLUX.2: a flow-matching transformer in which cells and words attend together."""

    shares = staticmethod(joint_shares)

    def is_guided(self, asked: Settled) -> bool:
        return False  # it guides in two passes, not in one batch

    def pieces(self, asked: Settled) -> Pieces:
        """The prompt stands inside a chat template, whose tokens are no word's."""
        tokenizer, longest = self.pipeline.tokenizer, self.pipeline.tokenizer_max_length
        prompt = self.prompt_of(asked)
        text = tokenizer.apply_chat_template(
            [{"role": "user", "content": prompt}],
            tokenize=False,
            add_generation_prompt=True,
            enable_thinking=False,
        )
        read = cut(tokenizer, text, longest, padding="max_length")
        first = text.index(prompt)
        last = first + len(asked.prompt)
        offsets = tuple(
            (start - first, end - first) if first <= start and end <= last else (0, 0)
            for start, end in read.offsets
        )
        tokens = tokenizer(asked.prompt, add_special_tokens=False)["input_ids"]
        return Pieces(asked.prompt, offsets, len(tokens))

    def places(self) -> Sequence[Any]:
        return [block.attn for block in self.pipeline.transformer.transformer_blocks]

    def _states(self, asked: Settled) -> Tensor:
        states, _ = self.pipeline.encode_prompt(self.prompt_of(asked))
        return states

    def _noise(self, generator: torch.Generator, asked: Settled) -> Tensor:
        channels, side = self.pipeline.transformer.config.in_channels, self._side(asked)
        dtype = self.pipeline.text_encoder.dtype
        return torch.randn((1, channels, side, side), generator=generator, dtype=dtype)

    def _side(self, asked: Settled) -> int:
        return asked.size // (2 * self.pipeline.vae_scale_factor)  # 2 x 2 latents are one cell

    def _unpacked(self, clean: Tensor, asked: Settled) -> Tensor:
        """[1, cells, 4 C] -> [1, C, H, W], as the pipeline does before it decodes."""
        side, norm = self._side(asked), self.pipeline.vae.bn
        packed = clean.transpose(1, 2).unflatten(2, (side, side)).float()
        spread = (norm.running_var + self.pipeline.vae.config.batch_norm_eps).sqrt()
        shape = (1, -1, 1, 1)
        latents = packed * spread.view(shape).to(packed) + norm.running_mean.view(shape).to(packed)
        return self.pipeline._unpatchify_latents(latents)

    def _pixels(self, latents: Tensor) -> Tensor:
        """TAEF2 answers in 0..1; the pipeline's own decoder in -1..1."""
        if self.tiny is not None:
            return self.tiny(latents.to(self.tiny.dtype))
        vae = self.pipeline.vae
        return vae.decode(latents.to(vae.dtype)).sample / 2 + 0.5


EASELS: dict[str, type[Easel]] = {
    "PainterPipeline": PainterEasel,
    "StableDiffusionPipeline": StableEasel,
    "Flux2KleinPipeline": FluxEasel,
}


def easel_for(pipeline: Any, habits: Habits, tiny: Any = None) -> Easel:
    """The pipeline's easel, found by the name of its class."""
    return EASELS[type(pipeline).__name__](pipeline, habits, tiny)
