"""Token choices, sampling and its trace: what is shown is what was computed."""

import itertools
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from backend.generation.logits_processors import process
from backend.generation.request import GenerationRequest
from backend.generation.sampling import sample_token
from backend.generation.sampling_trace import trace_sampling
from backend.generation.token_choice import perplexity, token_choice, token_choices

IDS = torch.tensor([3, 1, 3, 7])


def logits(seed=0, size=60):
    return torch.randn(size, generator=torch.Generator().manual_seed(seed)) * 3


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


REQUESTS = st.builds(
    GenerationRequest,
    prompt=st.just("x"),
    temperature=st.floats(0.1, 2),
    top_k=st.integers(0, 60),
    top_p=st.floats(0.05, 1),
    min_p=st.floats(0, 0.5),
    repetition_penalty=st.floats(0.5, 2),
)

# --- A token and its alternatives --------------------------------------------------------------


def test_a_choice_holds_the_models_probabilities_and_those_it_was_sampled_from():
    before, request = logits(), GenerationRequest("x")
    after = process(before[None], request, IDS[None])[0]
    seen = token_choice(5, before, after)
    assert seen.probability == pytest.approx(float(before.softmax(-1)[5]), abs=1e-6)
    assert seen.sampling_probability == pytest.approx(float(after.softmax(-1)[5]), abs=1e-6)
    assert seen.rank == int((before.argsort(descending=True) == 5).nonzero()) + 1


def test_alternatives_and_all_others_are_everything():
    seen = token_choice(5, logits(), logits())
    assert len(seen.alternatives) == 10
    shares = [one.probability for one in seen.alternatives]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) + seen.rest == pytest.approx(1, abs=1e-6)


def test_entropy_is_in_bits():
    assert token_choice(0, torch.zeros(64), torch.zeros(64)).entropy == pytest.approx(6, abs=1e-5)
    certain = torch.full((64,), -100.0)
    certain[3] = 100.0
    assert token_choice(3, certain, certain).entropy == pytest.approx(0, abs=1e-6)


def test_a_token_that_was_cut_has_no_probability_left():
    after = logits().masked_fill(torch.arange(60) == 5, float("-inf"))
    assert token_choice(5, logits(), after).sampling_probability == 0


def test_perplexity_of_equally_likely_tokens_is_their_number():
    seen = token_choice(1, torch.zeros(50), torch.zeros(50))
    assert perplexity([seen, seen, seen]) == pytest.approx(50, rel=1e-5)
    assert math.isnan(perplexity([]))


# --- Sampling ---------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(20))
def test_the_race_is_torchs_own_multinomial(seed):
    scores = logits(seed)[None].expand(3, -1)
    wanted = torch.multinomial(scores.softmax(-1), 1, generator=generator(seed))
    assert torch.equal(sample_token(scores, generator(seed))[0], wanted)


def test_without_a_generator_the_most_probable_is_taken_and_nothing_drawn():
    token, within = sample_token(logits()[None], None)
    assert int(token) == int(logits().argmax())
    assert within is None


def test_tokens_come_as_often_as_they_are_likely():
    """2,000 draws; a right sampler fails this once in 10,000 seeds, and this seed does not."""
    probabilities = torch.tensor([0.5, 0.25, 0.15, 0.07, 0.03], dtype=torch.float64)
    tokens, _ = sample_token(probabilities.log().expand(2000, -1), generator(1))
    counts = torch.bincount(tokens[:, 0], minlength=5)
    assert stats.chisquare(counts, probabilities * 2000)[1] > 1e-4


def test_the_place_of_the_draw_is_uniform_whoever_won():
    tokens, within = sample_token(logits(2).expand(2000, -1), generator(3))
    assert stats.kstest(within[:, 0].numpy(), "uniform")[1] > 1e-4
    won = within[tokens[:, 0] == tokens.mode(0).values, 0]
    assert stats.kstest(won.numpy(), "uniform")[1] > 1e-4


# --- One choice step by step --------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(REQUESTS, st.integers(0, 1000))
def test_the_last_step_is_the_distribution_that_is_drawn_from(request, seed):
    before = logits(seed)
    after = process(before[None], request, IDS[None])
    token, within = sample_token(after, generator(seed))
    seen = trace_sampling(int(token), before, IDS, request, float(within))
    wanted = after[0].softmax(-1)[list(seen.followed)]
    assert seen.steps[-1].probabilities == pytest.approx(wanted.tolist(), abs=1e-6)
    assert int(token) in seen.followed


@settings(deadline=None, max_examples=60)
@given(REQUESTS, st.integers(0, 1000))
def test_the_draw_falls_on_the_token_that_was_taken(request, seed):
    before = logits(seed)
    after = process(before[None], request, IDS[None])
    token, within = sample_token(after, generator(seed))
    seen = trace_sampling(int(token), before, IDS, request, float(within))
    own = next(interval for interval in seen.bar if interval.id == int(token))
    assert own.start <= seen.drawn_at <= own.start + own.length + 1e-9


def test_each_step_says_how_many_tokens_are_left_and_what_it_cut():
    request = GenerationRequest("x", temperature=1.0, top_k=10, top_p=1.0, repetition_penalty=1.0)
    before = logits()
    first, cut = trace_sampling(int(before.argmax()), before, IDS, request, 0.5).steps
    assert (first.name, first.kept, first.cut_mass) == ("logits", 60, 0)
    assert (cut.name, cut.kept) == ("top_k", 10)
    lost = 1 - float(before.softmax(-1).topk(10).values.sum())
    assert cut.cut_mass == pytest.approx(lost, abs=1e-6)


def test_intervals_follow_each_other_from_0_to_1():
    request = GenerationRequest("x", top_k=8, top_p=1.0)
    bar = trace_sampling(int(logits().argmax()), logits(), IDS, request, 0.1).bar
    for one, then in itertools.pairwise(bar):
        assert then.start == pytest.approx(one.start + one.length)
    assert bar[0].start == 0
    assert bar[-1].start + bar[-1].length == pytest.approx(1)


def test_many_choices_described_at_once_are_those_described_one_by_one():
    made = torch.Generator().manual_seed(2)
    logits = torch.randn(7, 500, generator=made) * 5
    processed = torch.where(logits > 0, logits / 0.7, float("-inf"))
    ids = logits.argmax(-1).tolist()
    assert token_choices(ids, logits, processed) == [
        token_choice(*one) for one in zip(ids, logits, processed, strict=True)
    ]
