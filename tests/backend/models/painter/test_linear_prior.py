"""The painter's linear prior: all at pure noise, nothing at the end, exact when certain."""

from __future__ import annotations

import torch

from backend.models.painter.linear_prior import LinearPrior, blend

SHAPE = (2, 4, 4)
HALF = torch.tensor(0.5)


def drawn(count: int = 1) -> torch.Tensor:
    return torch.randn(count, *SHAPE)


def test_at_pure_noise_the_prompt_alone_decides() -> None:
    noise, expected = drawn(), drawn()
    velocity = blend(drawn(), noise, torch.ones(1), expected, HALF)
    assert torch.allclose(noise - velocity, expected, atol=1e-6)


def test_at_the_end_the_network_alone_decides() -> None:
    velocity = drawn()
    assert torch.allclose(blend(velocity, drawn(), torch.zeros(1), drawn(), HALF), velocity)


def test_a_certain_prior_is_where_the_flow_leads() -> None:
    time, expected = torch.tensor([0.5]), drawn()
    noisy = drawn()
    own = (noisy - expected) / time
    certain = torch.tensor(1e-9)
    assert torch.allclose(blend(own, noisy, time, expected, certain), own, atol=1e-4)


@torch.no_grad()
def test_style_and_words_change_the_prior() -> None:
    torch.manual_seed(0)
    prior = LinearPrior(width=8, styles=3, components=5, features=16)
    sentences, styles = torch.randn(2, 8), torch.tensor([0, 1])
    there = prior(sentences, styles)
    assert there.shape == (2, 5)
    assert not torch.allclose(there, prior(sentences, styles.flip(0)))
    assert not torch.allclose(there, prior(sentences.flip(0), styles))


@torch.no_grad()
def test_each_token_has_a_prior_of_its_own() -> None:
    torch.manual_seed(0)
    prior = LinearPrior(width=8, styles=3, components=5, features=16)
    tokens, styles = torch.randn(2, 4, 8), torch.tensor([0, 2])
    torch.testing.assert_close(prior(tokens, styles)[1, 3], prior(tokens[1:, 3], styles[1:])[0])
