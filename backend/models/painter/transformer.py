"""The painter's network: a small diffusion transformer with cross-attention to the prompt.

It predicts the velocity of flow matching (Lipman et al. 2023; Liu et al. 2023): e - x for picture
latents x and noise e, given x_t = (1 - t) x + t e. Blocks follow DiT (Peebles and Xie 2023) with
adaptive layer norm (adaLN) from time, style and the prompt's mean, and cross-attention to its
tokens.

Two linear priors know the pictures by heart, roughly, and a memory of names adds what they leave.
The prompt's is shown to the network beside the noisy latents, and blended with its prediction, with
a weight that grows with the noise. Each token's tells the cross-attention what the token looks
like, so that two things can be put into one picture.
"""

import math
from dataclasses import dataclass, replace

import torch
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.attention_processor import Attention
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn
from torch.nn.functional import normalize

from backend.models.painter.linear_prior import LinearPrior, blend
from backend.models.painter.name_prior import NamePrior
from backend.models.search_encoder.bridge import Bridge

STYLES = ("noto", "3d", "flat")
HEAD_WIDTH = 64  # channels of an attention head
PATCH = 2  # latents on a side that make a token
TEXT_WIDTH = 384  # channels of the text encoder's token states
READ_WIDTH = 2 * TEXT_WIDTH  # with what the search encoder's bridge makes of them
LOOKS = 128  # principal components that tell what a token looks like
WORD_WIDTH = TEXT_WIDTH + LOOKS


class WordProcessor:
    """diffusers' attention processor for attention to the prompt, whose keys and values are given:
    they are the same at every step. What they were made of is passed along for `WordMapRecorder`,
    which reads every pipeline's processors alike."""

    def __call__(
        self,
        attn: Attention,
        hidden_states: Tensor,
        encoder_hidden_states: Tensor,
        attention_mask: Tensor,
        key: Tensor,
        value: Tensor,
    ) -> Tensor:
        batch, count = encoder_hidden_states.shape[:2]
        query = attn.head_to_batch_dim(attn.to_q(hidden_states))
        mask = attn.prepare_attention_mask(attention_mask, count, batch)
        weights = attn.get_attention_scores(query, key, mask)
        output: Tensor = attn.to_out[0](attn.batch_to_head_dim(weights @ value))
        return output


@dataclass(frozen=True)
class Words:
    """The prompt's tokens as the blocks attend to them."""

    states: Tensor  # [B, T, 512], the tokens' states, and what they look like
    bias: Tensor  # [B, 1, T], added to the scores
    keys: tuple[Tensor, ...]  # of each block [B * heads, T, HEAD_WIDTH]
    values: tuple[Tensor, ...]  # of each block [B * heads, T, HEAD_WIDTH]

    def of_block(self, number: int) -> dict[str, Tensor]:
        """What the block's attention processor is called with."""
        given = {"encoder_hidden_states": self.states, "attention_mask": self.bias}
        return {**given, "key": self.keys[number], "value": self.values[number]}


class Block(nn.Module):
    """Self-attention, cross-attention to the prompt, and an MLP, each with a skip connection."""

    def __init__(self, width: int):
        super().__init__()
        heads = width // HEAD_WIDTH
        self.norms = nn.ModuleList(nn.LayerNorm(width, elementwise_affine=False) for _ in range(2))
        self.word_norm = nn.LayerNorm(width)
        self.self_attention = Attention(width, heads=heads, dim_head=HEAD_WIDTH, bias=True)
        self.word_attention = Attention(
            width, WORD_WIDTH, heads=heads, dim_head=HEAD_WIDTH, bias=True,
            processor=WordProcessor(),  # type: ignore[arg-type]  # diffusers means any callable
        )  # fmt: skip
        self.mlp = nn.Sequential(
            nn.Linear(width, 4 * width), nn.GELU(approximate="tanh"), nn.Linear(4 * width, width)
        )
        self.modulation = nn.Linear(width, 6 * width)
        nn.init.zeros_(self.modulation.weight)
        nn.init.zeros_(self.modulation.bias)

    def forward(self, x: Tensor, modulation: Tensor, words: dict[str, Tensor]) -> Tensor:
        """x [B, N, width], modulation [B, 6 width], `Words.of_block` -> like x."""
        parts = modulation.unsqueeze(1).chunk(6, dim=-1)
        shift, scale, gate, shift2, scale2, gate2 = parts
        x = x + gate * _attend(self.self_attention, self.norms[0](x) * (1 + scale) + shift)
        x = x + _attend(self.word_attention, self.word_norm(x), **words)
        return x + gate2 * self.mlp(self.norms[1](x) * (1 + scale2) + shift2)


def _attend(attention: Attention, x: Tensor, **options: Tensor) -> Tensor:
    """`attention(x, ...)` without the inspection of its processor's signature that diffusers makes
    at each call, which takes long beside matrices as small as these."""
    output: Tensor = attention.processor(attention, x, **options)
    return output


@dataclass(frozen=True)
class Conditioning:
    """Conditioning that does not depend on the latents (adaLN modulation, linear priors, the
    words' keys and values), computed for all timesteps in one pass: each weight is read from memory
    once, not at every step."""

    prior: Tensor  # [B, C, H, W], the prompt's prior picture
    shown: Tensor  # [B, N, width], that picture as the network sees it
    words: Words
    modulation: Tensor  # [steps, blocks, B, 6 width]

    def at(self, step: int) -> "Conditioning":
        """The conditioning of that step alone."""
        return replace(self, modulation=self.modulation[step : step + 1])


class WordTransformer(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """Latents, time, prompt and style to velocity. Also holds the latents' mean and deviation, and
    the principal components of the training pictures, scaled by their deviations."""

    @register_to_config
    def __init__(  # noqa: PLR0913, PLR0917 (a field of the config each)
        self,
        channels: int = 32,
        size: int = 8,
        width: int = 320,
        depth: int = 8,
        styles: tuple[str, ...] = STYLES,
        components: int = 512,
        features: int = 5120,
        names: int = 0,
    ):
        super().__init__()
        self.channels, self.size, self.styles = channels, size, tuple(styles)
        self.grid = size // PATCH
        inputs = channels * PATCH * PATCH
        self.inward = nn.Linear(inputs, width)
        self.prior_inward = nn.Linear(inputs, width, bias=False)
        self.places = nn.Parameter(torch.randn(1, self.grid**2, width) * 0.02)
        self.time = nn.Sequential(nn.Linear(256, width), nn.SiLU(), nn.Linear(width, width))
        self.bridge = Bridge(dropout=0.0).requires_grad_(False)
        self.sentence = nn.Linear(READ_WIDTH, width)
        self.style = nn.Embedding(len(styles), width)
        self.blocks = nn.ModuleList(Block(width) for _ in range(depth))
        self.norm = nn.LayerNorm(width)
        self.outward = nn.Linear(width, inputs)
        nn.init.zeros_(self.outward.weight)
        nn.init.zeros_(self.outward.bias)
        self.prompt_prior = LinearPrior(READ_WIDTH, len(styles), components, features)
        self.word_prior = LinearPrior(READ_WIDTH, len(styles), LOOKS, features // 5)
        self.name_prior = NamePrior(READ_WIDTH, len(styles), components, names) if names else None
        self.register_buffer("basis", torch.zeros(components, channels * size * size))
        self.register_buffer("rest", torch.ones(()))  # variance that the priors leave
        self.register_buffer("latent_mean", torch.zeros(1, channels, 1, 1))
        self.register_buffer("latent_std", torch.ones(1, channels, 1, 1))

    def forward(
        self,
        latents: Tensor,
        time: Tensor,
        words: Tensor,
        mask: Tensor,
        style: Tensor,
        conditioning: Conditioning | None = None,
    ) -> Tensor:
        """The velocity, [B, C, H, W] like `latents` (normalised).

        `time` [B] in 0..1 (1 is noise), `words` [B, T, 384] token states, `mask` [B, T] with 1
        for a token, 0 for padding, and values between them for a token with less weight; `style`
        [B] are indices into the config's `styles`. `conditioning` is this step's, where `condition`
        has computed it for all steps.
        """
        given = conditioning or self.condition(time[None], words, mask, style)
        x = self.inward(self._patchify(latents)) + given.shown + self.places
        for number, block in enumerate(self.blocks):
            x = block(x, given.modulation[0, number], given.words.of_block(number))
        velocity = self._unpatchify(self.outward(self.norm(x)))
        return blend(velocity, latents, time, given.prior, self.rest)

    def condition(self, times: Tensor, words: Tensor, mask: Tensor, style: Tensor) -> Conditioning:
        """The conditioning of all steps; `times` [steps, B], the rest as in `forward`."""
        sentence = self.read(mean_state(words, mask))
        prior = self.prior_picture(sentence, style)
        shown = self.prior_inward(self._patchify(prior))
        constant = self.sentence(self.prompt_prior.standard(sentence)) + self.style(style)
        embedding = self.time(_sinusoids(times.flatten())).unflatten(0, times.shape) + constant
        active = torch.nn.functional.silu(embedding)
        modulation = torch.stack([block.modulation(active) for block in self._blocks()], dim=1)
        return Conditioning(prior, shown, self.words_for_attention(words, mask, style), modulation)

    def words_for_attention(self, words: Tensor, mask: Tensor, style: Tensor) -> Words:
        """Keys and values of token states [B, T, 384] with mask [B, T], for all blocks."""
        seen = self.seen_words(words, style)
        bias = mask.to(seen.dtype).log().clamp(min=-1e4).unsqueeze(1)
        attentions = [block.word_attention for block in self._blocks()]
        keys = tuple(attn.head_to_batch_dim(attn.to_k(seen)) for attn in attentions)
        values = tuple(attn.head_to_batch_dim(attn.to_v(seen)) for attn in attentions)
        return Words(seen, bias, keys, values)

    def _blocks(self) -> list[Block]:
        return list(self.blocks)  # type: ignore[arg-type]  # a ModuleList has no element type

    def read(self, states: Tensor) -> Tensor:
        """Text states [..., 384], and where the bridge puts them in the space of pictures, in which
        both languages, and a name with and without words around it, are closer: [..., 768]."""
        bridged = self.bridge(normalize(states, dim=-1))
        return torch.cat([states, normalize(bridged, dim=-1)], dim=-1)

    def keep_rounded(self) -> None:
        """Keep the priors in float16; see `LinearPrior.keep_rounded`."""
        for prior in (self.prompt_prior, self.word_prior, self.name_prior):
            if prior is not None:
                prior.keep_rounded()

    def prior_picture(self, sentence: Tensor, style: Tensor) -> Tensor:
        """What prompts look like on average, from what is read of their mean states [B, 768]:
        latents [B, C, H, W]."""
        told = self.prompt_prior(sentence, style)
        if self.name_prior is not None:
            told = told + self.name_prior(self.prompt_prior.standard(sentence), style)
        picture = told @ self.basis
        return picture.unflatten(1, (self.channels, self.size, self.size))

    def seen_words(self, words: Tensor, style: Tensor) -> Tensor:
        """Token states [B, T, 384], standardised, with what each token looks like: [B, T, 512]."""
        states = self.read(words)
        standard = self.word_prior.standard(states)[..., :TEXT_WIDTH]
        return torch.cat([standard, self.word_prior(states, style)], dim=-1)

    def denormalised(self, latents: Tensor) -> Tensor:
        """Latents as the autoencoder has them, of normalised ones."""
        return latents * self.latent_std + self.latent_mean

    def _patchify(self, latents: Tensor) -> Tensor:
        """[B, C, H, W] -> [B, grid * grid, C * PATCH * PATCH]."""
        cells = latents.unfold(2, PATCH, PATCH).unfold(3, PATCH, PATCH)
        return cells.permute(0, 2, 3, 1, 4, 5).flatten(3).flatten(1, 2)

    def _unpatchify(self, x: Tensor) -> Tensor:
        """The inverse of `_patchify`."""
        x = x.view(len(x), self.grid, self.grid, self.channels, PATCH, PATCH)
        return x.permute(0, 3, 1, 4, 2, 5).reshape(len(x), -1, self.size, self.size)


def mean_state(words: Tensor, mask: Tensor) -> Tensor:
    """Weighted mean of the token states, [B, T, 384] and [B, T] -> [B, 384]."""
    return (words * mask.unsqueeze(-1)).sum(1) / mask.sum(1, keepdim=True)


def _sinusoids(time: Tensor, size: int = 256) -> Tensor:
    """Sinusoids of 1000 t as in Vaswani et al. 2017: [B] -> [B, size]."""
    half = size // 2
    steps = torch.arange(half, device=time.device, dtype=torch.float32)
    angles = 1000 * time.float()[:, None] * torch.exp(-math.log(10_000) * steps / half)
    return torch.cat([angles.cos(), angles.sin()], dim=-1)
