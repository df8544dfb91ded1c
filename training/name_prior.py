"""Fits the painter's memory of names in closed form, to what its linear prior leaves."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from backend.models.painter.linear_prior import LinearPrior
from backend.models.painter.name_prior import NamePrior
from backend.models.painter.transformer import READ_WIDTH, WordTransformer, mean_state
from backend.models.quantized_rows import quantize
from training.linear_prior import Batch, Said, captioned, coordinates, rest_of, ridge_regression
from training.painter_data import ONE, TrainingSet

PER_PICTURE = 2  # names of a picture of one thing: what is said of it most, in English and Chinese
RIDGE = 5e-6  # of the weight of all lessons


@torch.no_grad()
def learn_names(model: WordTransformer, examples: TrainingSet) -> None:
    """Give a model with fitted linear priors a memory of what single things are called."""
    latents = ((examples.latents - model.latent_mean) / model.latent_std).flatten(1)
    told = coordinates(latents, model.basis)
    texts = model.read(mean_state(examples.words.float(), examples.mask))
    names = names_of_one(examples)
    memory = NamePrior(READ_WIDTH, len(model.styles), len(model.basis), len(names))
    numbers, scales = quantize(model.prompt_prior.standard(texts[names]))
    memory.centres.copy_(numbers * scales[:, None])  # as they will be in the files
    said = captioned(examples)
    for style, answer in enumerate(memory.answers):
        own = said.of_style(style, examples.styles)
        if len(own.texts):  # a style may have no pictures
            lessons = _left(model.prompt_prior, memory, style, texts, told, own)
            answer.weight.copy_(ridge_regression(lessons, RIDGE).T)
    model.name_prior = memory
    model.register_to_config(names=len(names))
    model.rest.copy_(rest_of(model, examples, latents, texts))


def names_of_one(examples: TrainingSet) -> list[int]:
    """The captions, as numbers, that single things are called by most; the empty one is first."""
    names = [0]
    for row in (examples.kinds == ONE).nonzero()[:, 0].tolist():
        said = sorted(zip(examples.weights[row], examples.choices[row], strict=True), reverse=True)
        names += [caption for _, caption in said[:PER_PICTURE]]
    return list(dict.fromkeys(names))


def _left(
    prior: LinearPrior, memory: NamePrior, style: int, texts: Tensor, told: Tensor, said: Said
) -> Iterator[Batch]:
    """Lessons from kernels to what the linear prior leaves of the pictures' components."""
    for some in said.batches():
        text = texts[some.texts]
        expected = prior(text, torch.full((len(text),), style))
        yield memory.kernels(prior.standard(text)), told[some.pictures] - expected, some.weights
