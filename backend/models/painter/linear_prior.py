"""The painter's linear prior: what pictures with such a prompt look like on average.

Least squares on random features (Rahimi and Recht 2007) of the prompt's mean embedding and the
style, fitted in closed form by `training/linear_prior.py`. Near pure noise the prompt alone
decides, and there a least-squares fit beats a network after hours of training; near the end the
network wins.
"""

import torch
from torch import Tensor, nn


class LinearPrior(nn.Module):
    """Mean of the prompt's states [B, width] and style [B] to expected latents [B, C, H, W].

    The buffers' names are those in the saved weights.
    """

    mean: Tensor  # [width], of the training captions
    deviation: Tensor  # [width], of the training captions
    projection: Tensor  # [width + styles, features], random
    offset: Tensor  # [features], random
    answer: Tensor  # [features + 1, C * H * W], the least-squares solution
    rest: Tensor  # residual variance; the normalised latents have variance 1

    def __init__(self, width: int, styles: int, shape: tuple[int, int, int], features: int):
        super().__init__()
        self.styles, self.shape = styles, shape
        self.register_buffer("mean", torch.zeros(width))
        self.register_buffer("deviation", torch.ones(width))
        spread = torch.cat([torch.full((width, 1), width**-0.5), torch.ones(styles, 1)])
        self.register_buffer("projection", torch.randn(width + styles, features) * spread)
        self.register_buffer("offset", torch.randn(features) * 0.5)
        size = shape[0] * shape[1] * shape[2]
        self.register_buffer("answer", torch.zeros(features + 1, size))
        self.register_buffer("rest", torch.ones(()))

    def features(self, sentence: Tensor, style: Tensor) -> Tensor:
        """Random features [B, features + 1] of the mean states [B, width]; the last one is 1."""
        standard = (sentence - self.mean) / self.deviation
        one_hot = nn.functional.one_hot(style, self.styles).to(standard.dtype)
        inputs = torch.cat([standard, one_hot], dim=1)
        active = torch.relu(inputs @ self.projection + self.offset)
        return torch.cat([active, torch.ones_like(active[:, :1])], dim=1)

    def forward(self, sentence: Tensor, style: Tensor) -> Tensor:
        return (self.features(sentence, style) @ self.answer).unflatten(1, self.shape)

    def blend(self, velocity: Tensor, noisy: Tensor, time: Tensor, prior: Tensor) -> Tensor:
        """The network's velocity blended with the prior's, which has the weight t^2: all of it at
        pure noise (t = 1), none at t = 0.

        For x ~ N(prior, rest) and x_t = (1 - t) x + t e, the expected picture is
        prior + k (x_t - (1 - t) prior) with k = (1 - t) rest / ((1 - t)^2 rest + t^2),
        and its velocity (x_t - expected) / t.
        """
        t = time.view(-1, 1, 1, 1)
        gain = (1 - t) * self.rest / ((1 - t).square() * self.rest + t.square())
        expected = prior + gain * (noisy - (1 - t) * prior)
        return (1 - t.square()) * velocity + t * (noisy - expected)
