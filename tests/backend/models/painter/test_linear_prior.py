"""The painter's first guess: all at pure noise, nothing at the end, exact when certain."""

from __future__ import annotations

import pytest
import torch

from backend.models.painter.linear_prior import FirstGuess

SHAPE = (2, 4, 4)


@pytest.fixture
def guess() -> FirstGuess:
    torch.manual_seed(0)
    return FirstGuess(words=8, styles=3, shape=SHAPE, features=16)


def drawn(count: int = 1) -> torch.Tensor:
    return torch.randn(count, *SHAPE)


def test_at_pure_noise_the_words_alone_decide(guess: FirstGuess) -> None:
    noise, expected = drawn(), drawn()
    velocity = guess.blend(drawn(), noise, torch.ones(1), expected)
    assert torch.allclose(noise - velocity, expected, atol=1e-6)


def test_at_the_end_the_network_alone_decides(guess: FirstGuess) -> None:
    velocity = drawn()
    assert torch.allclose(guess.blend(velocity, drawn(), torch.zeros(1), drawn()), velocity)


def test_a_certain_guess_is_where_the_flow_leads(guess: FirstGuess) -> None:
    guess.rest.fill_(1e-9)
    time, expected = torch.tensor([0.5]), drawn()
    noisy = drawn()
    own = (noisy - expected) / time
    assert torch.allclose(guess.blend(own, noisy, time, expected), own, atol=1e-4)


def test_style_and_words_change_the_guess(guess: FirstGuess) -> None:
    torch.nn.init.normal_(guess.answer)
    sentences = torch.randn(2, 8)
    styles = torch.tensor([0, 1])
    there = guess(sentences, styles)
    assert there.shape == (2, *SHAPE)
    assert not torch.allclose(there, guess(sentences, styles.flip(0)))
    assert not torch.allclose(there, guess(sentences.flip(0), styles))
