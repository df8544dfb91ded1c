"""The painter's linear prior: all at pure noise, nothing at the end, exact when certain."""

from __future__ import annotations

import pytest
import torch

from backend.models.painter.linear_prior import LinearPrior

SHAPE = (2, 4, 4)


@pytest.fixture
def prior() -> LinearPrior:
    torch.manual_seed(0)
    return LinearPrior(width=8, styles=3, shape=SHAPE, features=16)


def drawn(count: int = 1) -> torch.Tensor:
    return torch.randn(count, *SHAPE)


def test_at_pure_noise_the_prompt_alone_decides(prior: LinearPrior) -> None:
    noise, expected = drawn(), drawn()
    velocity = prior.blend(drawn(), noise, torch.ones(1), expected)
    assert torch.allclose(noise - velocity, expected, atol=1e-6)


def test_at_the_end_the_network_alone_decides(prior: LinearPrior) -> None:
    velocity = drawn()
    assert torch.allclose(prior.blend(velocity, drawn(), torch.zeros(1), drawn()), velocity)


def test_a_certain_prior_is_where_the_flow_leads(prior: LinearPrior) -> None:
    prior.rest.fill_(1e-9)
    time, expected = torch.tensor([0.5]), drawn()
    noisy = drawn()
    own = (noisy - expected) / time
    assert torch.allclose(prior.blend(own, noisy, time, expected), own, atol=1e-4)


def test_style_and_words_change_the_prior(prior: LinearPrior) -> None:
    torch.nn.init.normal_(prior.answer)
    sentences = torch.randn(2, 8)
    styles = torch.tensor([0, 1])
    there = prior(sentences, styles)
    assert there.shape == (2, *SHAPE)
    assert not torch.allclose(there, prior(sentences, styles.flip(0)))
    assert not torch.allclose(there, prior(sentences.flip(0), styles))
