"""The painter's linear priors: what pictures with such a text look like on average.

Least squares on random features (Rahimi and Recht 2007) of a text's vector, for each style, fitted
in closed form by `training/linear_prior.py`. Near pure noise the prompt alone decides, and there a
least-squares fit beats a network after hours of training; near the end the network wins.
"""

import torch
from torch import Tensor, nn

from backend.models.rounded import RoundedLinear


class LinearPrior(nn.Module):
    """Text vectors [B, ..., width] and styles [B] to the expected picture's principal components,
    [B, ..., components], each of which has variance 1 over the training pictures. Nothing in it is
    trained by gradients.
    """

    mean: Tensor  # [width], of the training texts
    deviation: Tensor  # [width], of the training texts
    projection: Tensor  # [width, features], random
    offset: Tensor  # [features], random

    def __init__(self, width: int, styles: int, components: int, features: int):
        super().__init__()
        self.register_buffer("mean", torch.zeros(width))
        self.register_buffer("deviation", torch.ones(width))
        self.register_buffer("projection", torch.randn(width, features) * width**-0.5)
        self.register_buffer("offset", torch.randn(features) * 0.5)
        answers = (RoundedLinear(features, components) for _ in range(styles))
        self.answers = nn.ModuleList(answers).requires_grad_(False)  # least-squares solutions

    def keep_rounded(self) -> None:
        """Keep the large matrices in float16, which the files have: a prompt is read once, so that
        half the memory is worth more than the time. What is computed stays float32."""
        self.answers.half()
        self.projection = self.projection.half()

    def standard(self, text: Tensor) -> Tensor:
        """The text vectors with mean 0 and deviation 1 in each channel."""
        return (text - self.mean) / self.deviation

    def features(self, text: Tensor) -> Tensor:
        """Random features [..., features] of text vectors [..., width]."""
        standard = self.standard(text)
        return torch.relu(standard @ self.projection.to(standard.dtype) + self.offset)

    def forward(self, text: Tensor, style: Tensor) -> Tensor:
        return in_style(self.answers, self.features(text), style)


def in_style(answers: nn.ModuleList, features: Tensor, style: Tensor) -> Tensor:
    """Each text's answer in its own style, [B, ..., components], of features [B, ..., features]
    and styles [B]."""
    in_each_style = torch.stack([answer(features) for answer in answers], dim=-1)
    asked = nn.functional.one_hot(style, len(answers)).to(features.dtype)
    return torch.einsum("b...s,bs->b...", in_each_style, asked)


def blend(velocity: Tensor, noisy: Tensor, time: Tensor, prior: Tensor, rest: Tensor) -> Tensor:
    """The network's velocity blended with that of the prior picture [B, C, H, W], which has the
    weight t^2: all of it at pure noise (t = 1), none at t = 0. `rest` is the variance that the
    prior leaves; the normalised latents have variance 1.

    For x ~ N(prior, rest) and x_t = (1 - t) x + t e, the expected picture is
    prior + k (x_t - (1 - t) prior) with k = (1 - t) rest / ((1 - t)^2 rest + t^2),
    and its velocity (x_t - expected) / t.
    """
    t = time.view(-1, 1, 1, 1)
    gain = (1 - t) * rest / ((1 - t).square() * rest + t.square())
    expected = prior + gain * (noisy - (1 - t) * prior)
    return (1 - t.square()) * velocity + t * (noisy - expected)
