"""What the painter's memory of names learns from pictures and their names."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from backend.models.painter.transformer import TEXT_WIDTH, WordTransformer, mean_state
from training.linear_prior import fit, ridge_regression
from training.name_prior import learn_names, names_of_one
from training.painter import hold_the_middle
from training.painter_data import ONE, TWO, TrainingSet

PICTURES = 30  # of one thing each, and after them as many of two


@pytest.fixture
def lessons() -> TrainingSet:
    torch.manual_seed(0)
    count = 2 * PICTURES
    return TrainingSet(
        latents=torch.randn(count, 8, 4, 4), styles=torch.arange(count) % 3,
        kinds=torch.tensor([ONE] * PICTURES + [TWO] * PICTURES),
        words=torch.randn(3 * count + 1, 3, TEXT_WIDTH), mask=torch.ones(3 * count + 1, 3),
        choices=[[3 * row + 1, 3 * row + 2, 3 * row + 3] for row in range(count)],
        weights=[[0.3, 0.1, 0.6]] * count,
    )  # fmt: skip


@pytest.fixture
def fitted(lessons: TrainingSet) -> WordTransformer:
    model = WordTransformer(channels=8, size=4, width=64, depth=2, components=128, features=10)
    fit(model, lessons)
    return model


def error_on(model: WordTransformer, lessons: TrainingSet) -> Tensor:
    """Of the expected picture at the likeliest caption of things alone."""
    names = [choices[2] for choices in lessons.choices[:PICTURES]]
    texts = model.read(mean_state(lessons.words[names], lessons.mask[names]))
    expected = model.prior_picture(texts, lessons.styles[:PICTURES])
    return (expected - lessons.latents[:PICTURES]).square().mean()


@torch.no_grad()
def test_what_it_has_a_name_for_it_knows_by_heart(
    lessons: TrainingSet, fitted: WordTransformer
) -> None:
    roughly, rest = error_on(fitted, lessons), fitted.rest.clone()
    learn_names(fitted, lessons)
    assert error_on(fitted, lessons) < 0.2 * roughly
    assert fitted.rest < rest
    assert fitted.config["names"] == 2 * PICTURES + 1


def test_names_are_of_single_things_the_likeliest_first(lessons: TrainingSet) -> None:
    names = names_of_one(lessons)
    assert names[:5] == [0, 3, 1, 6, 4]
    assert len(names) == 2 * PICTURES + 1 and max(names) == 3 * PICTURES


def test_ridge_regression_finds_a_linear_map() -> None:
    torch.manual_seed(0)
    there, features = torch.randn(4, 2), torch.randn(50, 4)
    batches = [(part, part @ there, torch.ones(len(part))) for part in features.split(20)]
    torch.testing.assert_close(ridge_regression(batches, 1e-7), there, atol=1e-4, rtol=0)


def test_at_the_ends_alone_a_part_of_the_weights_is_trained(
    lessons: TrainingSet, fitted: WordTransformer
) -> None:
    learn_names(fitted, lessons)
    hold_the_middle(fitted)
    learnt = {name for name, parameter in fitted.named_parameters() if parameter.requires_grad}
    assert {"inward.weight", "prior_inward.weight", "outward.weight"} <= learnt
    assert any(name.startswith("blocks.1.mlp") for name in learnt)
    still = ("blocks.0.", "blocks.1.modulation", "prompt_prior", "name_prior", "bridge")
    assert not any(name.startswith(still) for name in learnt)
