"""The closed-form fit of the painter's linear prior."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from backend.models.painter.transformer import LOOKS
from tests.training.conftest import SMALL_PAINTER
from training.linear_prior import coordinates, principal_components
from training.painter import build
from training.painter_data import training_set


@pytest.mark.slow
def test_the_fit_predicts_the_pictures_that_it_was_fitted_to(work: Path, taef2: Path) -> None:
    made = training_set(work, taef2, SMALL_PAINTER)
    model = build(made, SMALL_PAINTER)
    mean, deviation = model.latent_mean, model.latent_std
    latents = (made.latents - mean) / deviation
    plain = (latents - latents.mean(0)).square().mean()
    assert 0 < model.rest < plain / 2


@pytest.mark.slow
def test_a_token_looks_like_what_is_called_so(work: Path, taef2: Path) -> None:
    made = training_set(work, taef2, SMALL_PAINTER)
    model = build(made, SMALL_PAINTER)
    latents = ((made.latents - model.latent_mean) / model.latent_std).flatten(1)
    told = coordinates(latents, model.basis)[:, :LOOKS]
    rows = (made.kinds == 0).nonzero()[:, 0]
    captions = [made.choices[row][0] for row in rows]
    last = made.mask[captions].sum(1).long() - 2  # before </s>: the noun
    states = made.words[captions, last].float()
    looks = model.word_prior(model.read(states), made.styles[rows])
    error = (looks - told[rows]).square().mean()
    assert error < 0.9 * (told[rows].mean(0) - told[rows]).square().mean()


def test_coordinates_of_the_principal_components_have_variance_one() -> None:
    latents = torch.randn(200, 3) @ torch.randn(3, 6)
    basis = principal_components(latents, torch.full((200,), 1 / 200), 3)
    told = coordinates(latents, basis)
    torch.testing.assert_close(told.square().mean(0), torch.ones(3), atol=1e-3, rtol=0)
    torch.testing.assert_close(told @ basis, latents, atol=1e-3, rtol=0)
