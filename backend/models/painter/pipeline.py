"""The painter as a diffusers pipeline: prompt and style to pictures, step by step.

Classifier-free guidance (Ho and Salimans 2022) pushes each step away from the prediction for the
negative (or empty) prompt, towards the prediction for the prompt. The noise is drawn on the CPU, so
that a seed gives one picture on every device.
"""

from collections.abc import Callable
from typing import Any, ClassVar

import torch
from diffusers.pipelines.pipeline_utils import DiffusionPipeline
from diffusers.schedulers import FlowMatchEulerDiscreteScheduler
from diffusers.utils import BaseOutput
from PIL import Image
from torch import Tensor
from torch.nn.functional import pad
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from backend.models.painter.autoencoder import TinyDecoder
from backend.models.painter.transformer import WordTransformer
from backend.models.text_encoder import PREFIX

MAX_TOKENS = 20  # of a prompt, with PREFIX, start and end
OnStep = Callable[["PainterPipeline", int, Tensor, dict[str, Tensor]], dict[str, Tensor]]


class PainterOutput(BaseOutput):
    """`images`: PIL pictures; `latents` [B, C, H, W]: what they were decoded from."""

    images: list[Image.Image]
    latents: Tensor


def encode_prompts(
    tokenizer: PreTrainedTokenizerBase, text_encoder: PreTrainedModel, texts: list[str]
) -> tuple[Tensor, Tensor]:
    """The text encoder's token states [B, T, 384] and mask [B, T] (1 for a token), T at most 20."""
    tokens = tokenizer(
        [PREFIX + text for text in texts],
        padding=True, truncation=True, max_length=MAX_TOKENS, return_tensors="pt",
    ).to(text_encoder.device)  # fmt: skip
    with torch.inference_mode():
        states = text_encoder(**tokens).last_hidden_state
    return states.clone(), tokens["attention_mask"]


def _guided(both: Tensor, scale: float) -> Tensor:
    """Classifier-free guidance over predictions [2 B, ...], those of the negative prompt first."""
    negative, positive = both.chunk(2)
    return negative + scale * (positive - negative)


def _predictions(noisy: Tensor, time: Tensor, both: Tensor, velocity: Tensor) -> dict[str, Tensor]:
    """What a step predicts the picture to be, x0 = x_t - t v: guided, and what that is guided from
    and to."""
    negative, positive = both.chunk(2)
    velocities = {"predicted_x0": velocity, "negative_x0": negative, "positive_x0": positive}
    return {name: noisy - time * each for name, each in velocities.items()}


class PainterPipeline(DiffusionPipeline):
    """Draws small pictures. The text encoder is passed in: other models share its weights."""

    transformer: WordTransformer
    decoder: TinyDecoder
    scheduler: Any  # FlowMatchEulerDiscreteScheduler
    tokenizer: Any
    text_encoder: Any
    _optional_components = ["tokenizer", "text_encoder"]  # noqa: RUF012  as diffusers declares it
    _callback_tensor_inputs: ClassVar = [
        "latents", "predicted_x0", "negative_x0", "positive_x0",
    ]  # fmt: skip

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
        prompt_states: tuple[Tensor, Tensor] | None = None,
    ) -> PainterOutput:
        """One picture per prompt. `generator` must be a CPU generator.

        Guidance leads away from `negative_prompt`. `latents` replace the noise, and `prompt_states`
        (states and mask, as `encode_mixed` returns them) the prompt.

        The callback gets the step, its time, and the tensors `latents` (noisy), `predicted_x0` (the
        picture that the network predicts; `decode` shows it), and what it was guided from and to,
        `negative_x0` and `positive_x0`. ValueError for an unknown style.
        """
        prompts = [prompt] if isinstance(prompt, str) else prompt
        states, mask = self._encode(prompts, negative_prompt, prompt_states)
        styles = self._styles(style, len(states))
        latents = self.noise(len(prompts), generator) if latents is None else latents
        self._set_timesteps(num_inference_steps)
        timesteps, times = self.scheduler.timesteps, self._times(len(states))
        conditioning = self.transformer.condition(times, states, mask, styles)
        for step, timestep in enumerate(self.progress_bar(timesteps)):
            time, now = times[step], conditioning.at(step)
            both = self.transformer(torch.cat([latents] * 2), time, states, mask, styles, now)
            velocity = _guided(both, guidance_scale)
            predictions = _predictions(latents, time[0], both, velocity)
            latents = self.scheduler.step(velocity, timestep, latents, return_dict=False)[0]
            if callback_on_step_end:
                tensors = {"latents": latents, **predictions}
                returned = callback_on_step_end(self, step, timestep, tensors)
                latents = returned.get("latents", latents)
        return PainterOutput(images=self.decode(latents), latents=latents)

    @torch.inference_mode()
    def decode(self, latents: Tensor) -> list[Image.Image]:
        """PIL pictures of normalised latents [B, C, H, W]."""
        pictures = self.decoder(self.transformer.denormalised(latents))
        pixels = (pictures * 255).round().byte().permute(0, 2, 3, 1).cpu().numpy()
        return [Image.fromarray(picture) for picture in pixels]

    def encode_mixed(self, first: str, second: str, weight: float) -> tuple[Tensor, Tensor]:
        """Token states of both prompts, and a mask with `weight` (0 to 1) for the second one."""
        states, masks = zip(
            *(
                encode_prompts(self.tokenizer, self.text_encoder, [text])
                for text in (first, second)
            ),
            strict=True,
        )
        weighted = [masks[0] * (1 - weight), masks[1] * weight]
        return torch.cat(states, dim=1), torch.cat(weighted, dim=1)

    def _encode(
        self, prompts: list[str], negative: str, given: tuple[Tensor, Tensor] | None
    ) -> tuple[Tensor, Tensor]:
        """States and mask of the negative prompt, then of the prompts (or the ones `given`)."""
        if given is None:
            return encode_prompts(
                self.tokenizer, self.text_encoder, [negative] * len(prompts) + prompts
            )
        states, mask = encode_prompts(self.tokenizer, self.text_encoder, [negative])
        length = max(states.shape[1], given[0].shape[1])
        pairs = ((states, mask), given)
        return (
            torch.cat([pad(each, (0, 0, 0, length - each.shape[1])) for each, _ in pairs]),
            torch.cat([pad(each, (0, length - each.shape[1])) for _, each in pairs]),
        )

    def _styles(self, style: str, count: int) -> Tensor:
        known = list(self.transformer.styles)
        if style not in known:
            raise ValueError(f"unknown style {style!r}; choose one of {', '.join(known)}")
        return torch.full((count,), known.index(style), device=self.device)

    def noise(self, count: int, generator: torch.Generator | None) -> Tensor:
        """The noise that drawing starts from, [count, C, H, W]."""
        painter = self.transformer
        shape = (count, painter.channels, painter.size, painter.size)
        return torch.randn(shape, generator=generator).to(self.device)

    def _times(self, count: int) -> Tensor:
        """The time of each step, 1 for noise alone: [steps, count]."""
        times = self.scheduler.timesteps / self.scheduler.config.num_train_timesteps
        return times.unsqueeze(1).expand(-1, count)

    def _set_timesteps(self, steps: int) -> None:
        sigmas = torch.linspace(1, 1 / steps, steps).tolist()
        self.scheduler.set_timesteps(sigmas=sigmas, device=self.device)
