"""Fits the painter's linear priors in closed form: ridge regression from captions to pictures.

The pictures are told by their principal components. The prompt's prior is fitted to the mean state
of each caption's tokens; the words' prior to each token of captions of one thing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from backend.models.painter.linear_prior import LinearPrior
from backend.models.painter.transformer import LOOKS, WordTransformer, mean_state
from training.painter_data import TWO, TrainingSet

Batch = tuple[Tensor, Tensor, Tensor]  # features [P, F], what they tell [P, K], weights [P]

EMPTY_WEIGHT = 0.1  # of the empty caption, for guidance; a picture's own captions share the rest
RIDGE = 0.002  # of the weight of all lessons
MOST_TOKENS = 300_000  # that the words' prior is fitted to
MIN_DEVIATION = 1e-3  # channels that hardly change are not blown up


@torch.no_grad()
def fit(model: WordTransformer, examples: TrainingSet) -> None:
    """Fit the model's linear priors, and the pictures' principal components."""
    latents = ((examples.latents - model.latent_mean) / model.latent_std).flatten(1)
    model.basis.copy_(principal_components(latents, examples.often, len(model.basis)))
    told = coordinates(latents, model.basis)
    sentences = model.read(mean_state(examples.words.float(), examples.mask))
    fit_prior(model.prompt_prior, sentences, told, examples.styles, captioned(examples))
    model.rest.copy_(rest_of(model, examples, latents, sentences))
    tokens, said = _of_tokens(examples)
    fit_prior(model.word_prior, model.read(tokens.float()), told[:, :LOOKS], examples.styles, said)


def principal_components(latents: Tensor, often: Tensor, count: int) -> Tensor:
    """The first ones of latents [N, D], each as long as its deviation: [count, D]."""
    scatter = (latents * often[:, None]).T @ latents
    variances, directions = torch.linalg.eigh(scatter)
    kept = directions[:, -count:].flip(1).T
    return kept * variances[-count:].flip(0).clamp(min=1e-6).sqrt()[:, None]


def coordinates(latents: Tensor, basis: Tensor) -> Tensor:
    """The latents [N, D] as sums of the basis [K, D]: [N, K]."""
    return latents @ (basis / basis.square().sum(1, keepdim=True)).T


@dataclass(frozen=True)
class Said:
    """Which text is said of which picture, and how often: rows of each, and weights, [P]."""

    texts: Tensor
    pictures: Tensor
    weights: Tensor

    def of(self, chosen: Tensor) -> Said:
        """Those that are chosen, by a mask or by their places."""
        return Said(self.texts[chosen], self.pictures[chosen], self.weights[chosen])

    def of_style(self, style: int, styles: Tensor) -> Said:
        """What is said of pictures in that style, of the pictures' `styles`."""
        return self.of(styles[self.pictures] == style)

    def batches(self, size: int = 4096) -> Iterator[Said]:
        """The same in parts."""
        return map(self.of, torch.arange(len(self.texts)).split(size))


def fit_prior(prior: LinearPrior, texts: Tensor, told: Tensor, styles: Tensor, said: Said) -> None:
    """Least squares from text vectors [M, width] to pictures' components [N, K], in each style."""
    vectors = texts[said.texts.unique()]
    prior.mean.copy_(vectors.mean(0))
    prior.deviation.copy_(vectors.std(0).clamp(min=MIN_DEVIATION))
    for style, answer in enumerate(prior.answers):
        own = said.of_style(style, styles)
        if len(own.texts):  # a style may have no pictures
            lessons = (
                (with_one(prior.features(texts[some.texts])), told[some.pictures], some.weights)
                for some in own.batches()
            )
            solution = ridge_regression(lessons, RIDGE)
            answer.weight.copy_(solution[:-1].T)
            answer.bias.copy_(solution[-1])


def ridge_regression(lessons: Iterable[Batch], ridge: float) -> Tensor:
    """The linear map from features to what they tell, [F, K]; `ridge` is a share of all weights."""
    gram = target = total = torch.zeros(())
    for features, told, weights in lessons:
        weighted = (features * weights[:, None]).T
        gram, target = gram + weighted @ features, target + weighted @ told
        total = total + weights.sum()
    return torch.linalg.solve(gram + torch.eye(len(gram)) * ridge * total, target)


def with_one(features: Tensor) -> Tensor:
    """Features [P, F] with a constant behind them."""
    return torch.cat([features, torch.ones(len(features), 1)], dim=1)


def captioned(examples: TrainingSet) -> Said:
    """Each picture with the empty caption and with each of its own."""
    rows, captions, weights = [], [], []
    given = zip(examples.choices, examples.weights, examples.often.tolist(), strict=True)
    for row, (numbers, counts, often) in enumerate(given):
        total = sum(counts)
        rows += [row] * (len(numbers) + 1)
        captions += [0, *numbers]
        shares = [EMPTY_WEIGHT, *((1 - EMPTY_WEIGHT) * count / total for count in counts)]
        weights += [often * share for share in shares]
    return Said(torch.tensor(captions), torch.tensor(rows), torch.tensor(weights))


def _of_tokens(examples: TrainingSet) -> tuple[Tensor, Said]:
    """The states of some tokens of captions of one thing, and which picture they are said of."""
    said = captioned(examples)
    said = said.of((examples.kinds[said.pictures] != TWO) & (said.texts > 0))
    caption, place = examples.mask[said.texts].nonzero(as_tuple=True)
    some = torch.randperm(len(caption))[:MOST_TOKENS]
    caption, place = caption[some], place[some]
    said = said.of(caption)
    tokens = examples.words[said.texts, place]
    return tokens, replace(said, texts=torch.arange(len(tokens)))


def rest_of(
    model: WordTransformer, examples: TrainingSet, latents: Tensor, sentences: Tensor
) -> Tensor:
    """The mean squared error of the expected picture, given each picture's first caption. It was
    fitted to these: of other prompts it is larger."""
    names = torch.tensor([numbers[0] for numbers in examples.choices])
    guessed = model.prior_picture(sentences[names], examples.styles).flatten(1)
    return ((latents - guessed).square().mean(1) * examples.often).sum()
