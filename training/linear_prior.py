"""Fits the painter's first guess in closed form: ridge regression from captions to latents."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from backend.models.painter.linear_prior import FirstGuess
    from backend.models.painter.transformer import WordTransformer
    from training.painter import Lessons

EMPTY = 0.1  # weight of the empty caption, for guidance; a picture's own captions share the rest
RIDGE = 0.3
LEAST = 1e-3  # a deviation: channels that never change are not blown up


@torch.no_grad()
def fit(model: WordTransformer, made: Lessons, batch: int = 4096) -> None:
    """Give `model.guess` its buffers: about 25 seconds on one core."""
    guess = model.guess
    latents = ((made.latents - model.latent_mean) / model.latent_std).flatten(1)
    sentences = _means(made.words, made.mask)
    guess.mean.copy_(sentences.mean(0))
    guess.deviation.copy_(sentences.std(0).clamp(min=LEAST))
    rows, said, weights = _pairs(made)
    size = len(guess.answer)
    gram, target = torch.eye(size) * RIDGE, torch.zeros_like(guess.answer)
    for part in torch.arange(len(rows)).split(batch):
        seen = guess.features(sentences[said[part]], made.styles[rows[part]])
        weighted = (seen * weights[part, None]).T
        gram += weighted @ seen
        target += weighted @ latents[rows[part]]
    guess.answer.copy_(torch.linalg.solve(gram, target))
    guess.rest.copy_(_rest(guess, made, latents, sentences))


def _means(words: Tensor, mask: Tensor) -> Tensor:
    """The mean state of each caption's tokens, [M, 384]."""
    return (words.float() * mask.unsqueeze(-1)).sum(1) / mask.sum(1, keepdim=True)


def _pairs(made: Lessons) -> tuple[Tensor, Tensor, Tensor]:
    """Each picture with the empty caption and with each of its own: row, caption, weight."""
    rows, said, weights = [], [], []
    for row, (numbers, shares) in enumerate(zip(made.choices, made.weights, strict=True)):
        whole = sum(shares)
        rows += [row] * (len(numbers) + 1)
        said += [0, *numbers]
        weights += [EMPTY, *((1 - EMPTY) * share / whole for share in shares)]
    return torch.tensor(rows), torch.tensor(said), torch.tensor(weights)


def _rest(guess: FirstGuess, made: Lessons, latents: Tensor, sentences: Tensor) -> Tensor:
    """The mean squared error of guesses from the pictures' names."""
    names = torch.tensor([numbers[0] for numbers in made.choices])
    return (latents - guess(sentences[names], made.styles).flatten(1)).square().mean()
