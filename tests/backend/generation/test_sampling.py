"""The shorter way to sample is the race as torch runs it, number for number."""

import pytest
import torch

from backend.generation import sampling
from backend.generation.sampling import sample_token, skip_draw

SIZE = 3000


def cut(seed, kept):
    """Logits [1, SIZE] of which `kept` tokens are possible."""
    made = torch.Generator().manual_seed(seed)
    logits = torch.randn(1, SIZE, generator=made) * 4
    excluded = torch.randperm(SIZE, generator=made)[kept:]
    logits[0, excluded] = float("-inf")
    return logits


def as_torch(monkeypatch, processed, generator):
    """All random numbers made, as `torch.multinomial` does."""
    with monkeypatch.context() as patch:
        patch.setattr(sampling, "FEW", SIZE + 1)
        return sample_token(processed, generator)


@pytest.mark.parametrize("kept", [1, 2, 50, 749, 750, SIZE])
def test_few_tokens_are_drawn_from_as_all_are(monkeypatch, kept):
    for seed in range(40):
        one, other = (torch.Generator().manual_seed(seed) for _ in range(2))
        for _ in range(3):
            got, wanted = (
                sample_token(cut(seed, kept), one),
                as_torch(monkeypatch, cut(seed, kept), other),
            )
            assert torch.equal(got[0], wanted[0]) and torch.equal(got[1], wanted[1])
        assert torch.equal(one.get_state(), other.get_state())


def test_the_shorter_way_is_the_one_that_is_taken_here():
    assert sampling._draws_are_of_64_bits()


def test_where_torch_makes_its_numbers_otherwise_it_is_left_alone(monkeypatch):
    monkeypatch.setattr(sampling, "_draws_are_of_64_bits", lambda: False)
    monkeypatch.setattr(sampling, "_bits", None)
    generator, other = (torch.Generator().manual_seed(3) for _ in range(2))
    token, _ = sample_token(cut(1, 20), generator)
    probabilities = cut(1, 20).softmax(-1)
    waits = torch.empty_like(probabilities).exponential_(1, generator=other)
    assert int(token) == int((probabilities / waits).argmax())
    skip_draw(probabilities, generator)


def test_a_draw_that_is_skipped_leaves_the_numbers_where_a_draw_would():
    one, other = (torch.Generator().manual_seed(9) for _ in range(2))
    sample_token(cut(0, 10), one)
    skip_draw(cut(0, 10), other)
    assert torch.equal(one.get_state(), other.get_state())
