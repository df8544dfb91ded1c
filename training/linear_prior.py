"""Fits the painter's linear prior in closed form: ridge regression from captions to latents."""

from __future__ import annotations

import torch
from torch import Tensor

from backend.models.painter.linear_prior import LinearPrior
from backend.models.painter.transformer import WordTransformer
from training.painter_data import TrainingSet

EMPTY_WEIGHT = 0.1  # of the empty caption, for guidance; a picture's own captions share the rest
RIDGE = 0.3
MIN_DEVIATION = 1e-3  # channels that hardly change are not blown up


@torch.no_grad()
def fit(model: WordTransformer, examples: TrainingSet, batch: int = 4096) -> None:
    """Set the buffers of the model's linear prior: about 25 seconds on one core."""
    prior = model.guess
    latents = ((examples.latents - model.latent_mean) / model.latent_std).flatten(1)
    sentences = _means(examples.words, examples.mask)
    prior.mean.copy_(sentences.mean(0))
    prior.deviation.copy_(sentences.std(0).clamp(min=MIN_DEVIATION))
    rows, captions, weights = _pairs(examples)
    size = len(prior.answer)
    gram, target = torch.eye(size) * RIDGE, torch.zeros_like(prior.answer)
    for part in torch.arange(len(rows)).split(batch):
        features = prior.features(sentences[captions[part]], examples.styles[rows[part]])
        weighted = (features * weights[part, None]).T
        gram += weighted @ features
        target += weighted @ latents[rows[part]]
    prior.answer.copy_(torch.linalg.solve(gram, target))
    prior.rest.copy_(_rest(prior, examples, latents, sentences))


def _means(words: Tensor, mask: Tensor) -> Tensor:
    """The mean state of each caption's tokens, [M, 384]."""
    return (words.float() * mask.unsqueeze(-1)).sum(1) / mask.sum(1, keepdim=True)


def _pairs(examples: TrainingSet) -> tuple[Tensor, Tensor, Tensor]:
    """Each picture with the empty caption and with each of its own: row, caption, weight."""
    rows, captions, weights = [], [], []
    for row, (numbers, counts) in enumerate(zip(examples.choices, examples.weights, strict=True)):
        total = sum(counts)
        rows += [row] * (len(numbers) + 1)
        captions += [0, *numbers]
        weights += [EMPTY_WEIGHT, *((1 - EMPTY_WEIGHT) * count / total for count in counts)]
    return torch.tensor(rows), torch.tensor(captions), torch.tensor(weights)


def _rest(prior: LinearPrior, examples: TrainingSet, latents: Tensor, sentences: Tensor) -> Tensor:
    """The mean squared error of the prior, given the pictures' names."""
    names = torch.tensor([numbers[0] for numbers in examples.choices])
    return (latents - prior(sentences[names], examples.styles).flatten(1)).square().mean()
