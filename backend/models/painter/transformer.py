"""The painter's network: a small diffusion transformer that looks at the words of the prompt.

Predicts the velocity of flow matching (Lipman et al. 2023; Liu et al. 2023): for picture latents x
and noise e, with x_t = (1 - t) x + t e, it answers e - x. Blocks follow DiT (Peebles and Xie 2023):
adaptive layer norm from time, style and the prompt's mean; attention to each word in between.
Its answer is blended with a first guess (`guess.py`) that counts the more, the more noise there is.
"""

import math
from dataclasses import dataclass

import torch
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.attention_processor import Attention
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn

from backend.models.painter.linear_prior import FirstGuess

STYLES = ("noto", "3d", "flat")
HEAD = 64  # channels of an attention head
WORDS = 384  # channels of MiniLM's token states


class Block(nn.Module):
    """Self-attention, attention to the words, and a two-layer network, each with a skip."""

    def __init__(self, width: int):
        super().__init__()
        heads = width // HEAD
        self.norms = nn.ModuleList(nn.LayerNorm(width, elementwise_affine=False) for _ in range(2))
        self.word_norm = nn.LayerNorm(width)
        self.self_attention = Attention(width, heads=heads, dim_head=HEAD, bias=True)
        self.word_attention = Attention(width, WORDS, heads=heads, dim_head=HEAD, bias=True)
        self.mlp = nn.Sequential(
            nn.Linear(width, 4 * width), nn.GELU(approximate="tanh"), nn.Linear(4 * width, width)
        )
        self.modulation = nn.Linear(width, 6 * width)
        nn.init.zeros_(self.modulation.weight)
        nn.init.zeros_(self.modulation.bias)

    def forward(self, x: Tensor, modulation: Tensor, words: Tensor, bias: Tensor) -> Tensor:
        """x [B, N, width], modulation [B, 6 width], words [B, T, 384], bias [B, 1, T] -> like x."""
        parts = modulation.unsqueeze(1).chunk(6, dim=-1)
        shift, scale, gate, shift2, scale2, gate2 = parts
        x = x + gate * _attend(self.self_attention, self.norms[0](x) * (1 + scale) + shift)
        x = x + _attend(self.word_attention, self.word_norm(x), words, bias)
        return x + gate2 * self.mlp(self.norms[1](x) * (1 + scale2) + shift2)


def _attend(
    place: Attention, x: Tensor, words: Tensor | None = None, bias: Tensor | None = None
) -> Tensor:
    """What `place` answers, without the look at its processor's signature that diffusers takes at
    each call: where matrices are small that is felt."""
    answer: Tensor = place.processor(place, x, encoder_hidden_states=words, attention_mask=bias)
    return answer


@dataclass(frozen=True)
class Known:
    """What the words, the style and the times alone decide, for all steps of a drawing.

    Reckoned at once: each weight is fetched from memory once, not at every step.
    """

    guess: Tensor  # [B, C, H, W], the first guess
    modulation: Tensor  # [steps, blocks, B, 6 width]

    def at(self, step: int) -> "Known":
        """The same with that step's modulation alone."""
        return Known(self.guess, self.modulation[step : step + 1])


class WordTransformer(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """Latents, time, words and style to velocity; knows the latents' mean and deviation."""

    @register_to_config
    def __init__(
        self,
        channels: int = 32,
        size: int = 8,
        patch: int = 2,
        width: int = 320,
        depth: int = 8,
        styles: tuple[str, ...] = STYLES,
        features: int = 2048,
    ):
        super().__init__()
        self.channels, self.size, self.patch, self.styles = channels, size, patch, tuple(styles)
        self.grid = size // patch
        inputs = channels * patch * patch
        self.inward = nn.Linear(inputs, width)
        self.places = nn.Parameter(torch.randn(1, self.grid**2, width) * 0.02)
        self.time = nn.Sequential(nn.Linear(256, width), nn.SiLU(), nn.Linear(width, width))
        self.sentence = nn.Linear(WORDS, width)
        self.style = nn.Embedding(len(styles), width)
        self.blocks = nn.ModuleList(Block(width) for _ in range(depth))
        self.norm = nn.LayerNorm(width)
        self.outward = nn.Linear(width, inputs)
        nn.init.zeros_(self.outward.weight)
        nn.init.zeros_(self.outward.bias)
        self.guess = FirstGuess(WORDS, len(styles), (channels, size, size), features)
        self.register_buffer("latent_mean", torch.zeros(1, channels, 1, 1))
        self.register_buffer("latent_std", torch.ones(1, channels, 1, 1))

    def forward(
        self,
        latents: Tensor,
        time: Tensor,
        words: Tensor,
        mask: Tensor,
        style: Tensor,
        known: Known | None = None,
    ) -> Tensor:
        """The velocity, [B, C, H, W] like `latents` (normalised).

        `time` [B] in 0..1 (1 is noise), `words` [B, T, 384] token states, `mask` [B, T] with 1
        for a word, 0 for none, and between them for a word that counts in part; `style` [B]
        numbers into the config's `styles`. `known` is what `foresee` says of this step, if it was
        asked.
        """
        known = known or self.foresee(time[None], words, mask, style)
        bias = mask.to(words.dtype).log().clamp(min=-1e4).unsqueeze(1)
        x = self.inward(self._cut(latents)) + self.places
        for block, modulation in zip(self.blocks, known.modulation[0], strict=True):
            x = block(x, modulation, words, bias)
        velocity = self._join(self.outward(self.norm(x)))
        return self.guess.blend(velocity, latents, time, known.guess)

    def foresee(self, times: Tensor, words: Tensor, mask: Tensor, style: Tensor) -> Known:
        """What is known before the first step; `times` [steps, B], the rest as in `forward`."""
        sentence = _mean(words, mask)
        same = self.sentence(sentence) + self.style(style)
        condition = self.time(_waves(times.flatten())).unflatten(0, times.shape) + same
        active = torch.nn.functional.silu(condition)
        blocks: list[Block] = list(self.blocks)  # type: ignore[arg-type]  # a ModuleList forgets
        modulation = torch.stack([block.modulation(active) for block in blocks], dim=1)
        return Known(self.guess(sentence, style), modulation)

    def _cut(self, latents: Tensor) -> Tensor:
        """[B, C, H, W] -> [B, grid * grid, C * patch * patch]."""
        patch = self.patch
        cells = latents.unfold(2, patch, patch).unfold(3, patch, patch)
        return cells.permute(0, 2, 3, 1, 4, 5).flatten(3).flatten(1, 2)

    def _join(self, x: Tensor) -> Tensor:
        """The inverse of `_cut`."""
        patch, grid = self.patch, self.grid
        x = x.view(len(x), grid, grid, self.channels, patch, patch)
        return x.permute(0, 3, 1, 4, 2, 5).reshape(len(x), -1, grid * patch, grid * patch)


def _mean(words: Tensor, mask: Tensor) -> Tensor:
    """The token states' mean, [B, T, 384] and [B, T] -> [B, 384]."""
    return (words * mask.unsqueeze(-1)).sum(1) / mask.sum(1, keepdim=True)


def _waves(time: Tensor, size: int = 256) -> Tensor:
    """Sinusoids of 1000 t as in Vaswani et al. 2017: [B] -> [B, size]."""
    half = size // 2
    steps = torch.arange(half, device=time.device, dtype=torch.float32)
    angles = 1000 * time.float()[:, None] * torch.exp(-math.log(10_000) * steps / half)
    return torch.cat([angles.cos(), angles.sin()], dim=-1)
