"""The painter's first guess: what pictures with such words look like on average.

Least squares on random features (Rahimi and Recht 2007) of the prompt's mean and the style, fitted
in closed form by `training/linear_prior.py`. Near pure noise the words alone decide, and there a
fit by least squares is ahead of a network that had hours of training; near the end the network is.
"""

import torch
from torch import Tensor, nn


class FirstGuess(nn.Module):
    """Mean of the prompt's states [B, words] and style [B] to expected latents [B, C, H, W]."""

    mean: Tensor  # [words], as is `deviation`: of the captions learnt from
    deviation: Tensor
    projection: Tensor  # [words + styles, features], random
    offset: Tensor  # [features], random
    answer: Tensor  # [features + 1, C * H * W], the fit
    rest: Tensor  # variance that the guess leaves, of the normalised latents' 1

    def __init__(self, words: int, styles: int, shape: tuple[int, int, int], features: int):
        super().__init__()
        self.styles, self.shape = styles, shape
        self.register_buffer("mean", torch.zeros(words))
        self.register_buffer("deviation", torch.ones(words))
        spread = torch.cat([torch.full((words, 1), words**-0.5), torch.ones(styles, 1)])
        self.register_buffer("projection", torch.randn(words + styles, features) * spread)
        self.register_buffer("offset", torch.randn(features) * 0.5)
        size = shape[0] * shape[1] * shape[2]
        self.register_buffer("answer", torch.zeros(features + 1, size))
        self.register_buffer("rest", torch.ones(()))

    def features(self, sentence: Tensor, style: Tensor) -> Tensor:
        """Random features [B, features + 1] of the mean states [B, words]; the last is one."""
        standard = (sentence - self.mean) / self.deviation
        kind = nn.functional.one_hot(style, self.styles).to(standard.dtype)
        seen = torch.relu(torch.cat([standard, kind], dim=1) @ self.projection + self.offset)
        return torch.cat([seen, torch.ones_like(seen[:, :1])], dim=1)

    def forward(self, sentence: Tensor, style: Tensor) -> Tensor:
        return (self.features(sentence, style) @ self.answer).unflatten(1, self.shape)

    def blend(self, velocity: Tensor, noisy: Tensor, time: Tensor, guess: Tensor) -> Tensor:
        """The network's velocity with the guess's, which counts t^2: all at noise, nothing at 0.

        For x ~ N(guess, rest) and x_t = (1 - t) x + t e, the expected picture is
        guess + k (x_t - (1 - t) guess) with k = (1 - t) rest / ((1 - t)^2 rest + t^2),
        and its velocity (x_t - expected) / t.
        """
        t = time.view(-1, 1, 1, 1)
        gain = (1 - t) * self.rest / ((1 - t).square() * self.rest + t.square())
        expected = guess + gain * (noisy - (1 - t) * guess)
        return (1 - t.square()) * velocity + t * (noisy - expected)
