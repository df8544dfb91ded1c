"""Each step is transformers' own processor."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from transformers import (
    MinPLogitsWarper,
    RepetitionPenaltyLogitsProcessor,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

from backend.generation.logits_processors import (
    keep_min_p,
    keep_top_k,
    keep_top_p,
    penalise,
    process,
    processors_for,
)
from backend.generation.request import GenerationRequest

IDS = torch.tensor([[3, 1, 3, 7]])
# No two are equal: which of two equally likely tokens a sort puts first is nobody's rule.
DISTINCT = st.tuples(st.permutations(range(40)), st.permutations(range(40))).map(
    lambda rows: torch.tensor(rows) * 0.37 - 7
)
LOGITS = arrays("float32", (2, 40), elements=st.floats(-30, 30, width=32)).map(torch.from_numpy)


@settings(deadline=None)
@given(LOGITS, st.floats(0.5, 2))
def test_the_penalty_is_transformers_own(logits, penalty):
    ids = IDS.expand(2, -1)
    wanted = RepetitionPenaltyLogitsProcessor(penalty)(ids, logits)
    assert torch.equal(penalise(logits, ids, penalty), wanted)


@settings(deadline=None)
@given(LOGITS, st.integers(1, 60))
def test_top_k_is_transformers_own(logits, k):
    assert torch.equal(keep_top_k(logits, k), TopKLogitsWarper(k)(IDS, logits))


@settings(deadline=None)
@given(LOGITS, st.floats(0.01, 0.999))
def test_top_p_is_transformers_own(logits, p):
    assert torch.equal(keep_top_p(logits, p), TopPLogitsWarper(p)(IDS, logits))


@settings(deadline=None)
@given(LOGITS, st.floats(0.001, 1))
def test_min_p_is_transformers_own(logits, share):
    assert torch.equal(keep_min_p(logits, share), MinPLogitsWarper(share)(IDS, logits))


@settings(deadline=None)
@given(
    DISTINCT,
    st.builds(
        GenerationRequest,
        prompt=st.just("x"),
        temperature=st.floats(0.01, 5),
        top_k=st.integers(0, 50),
        top_p=st.floats(0.01, 1),
        min_p=st.floats(0, 1),
        repetition_penalty=st.floats(0.5, 2),
    ),
)
def test_all_steps_together_give_the_distribution_of_transformers_own(logits, request):
    wanted, ids = logits, IDS.expand(2, -1)
    wanted = RepetitionPenaltyLogitsProcessor(request.repetition_penalty)(ids, wanted)
    wanted = TemperatureLogitsWarper(request.temperature)(ids, wanted)
    if request.top_k:
        wanted = TopKLogitsWarper(request.top_k)(ids, wanted)
    if request.top_p < 1:
        wanted = TopPLogitsWarper(request.top_p)(ids, wanted)
    if request.min_p:
        wanted = MinPLogitsWarper(request.min_p)(IDS, wanted)
    got = process(logits, request, ids).softmax(-1)
    torch.testing.assert_close(got, wanted.softmax(-1), atol=1e-6, rtol=0)


def test_top_p_keeps_the_token_that_crosses_p():
    """Two well-known pages leave it out."""
    probabilities = torch.tensor([[0.5, 0.3, 0.15, 0.05]])
    kept = keep_top_p(probabilities.log(), 0.6).isfinite()
    assert kept.tolist() == [[True, True, False, False]]


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({}, ["penalty", "temperature", "top_k", "top_p"]),
        ({"strategy": "greedy"}, ["penalty"]),
        ({"temperature": 1.0, "top_k": 0, "top_p": 1.0, "repetition_penalty": 1.0}, []),
    ],
)
def test_steps_that_change_nothing_are_left_out(options, names):
    assert list(processors_for(GenerationRequest("x", **options), IDS)) == names


def test_the_given_logits_stay_as_they_were():
    logits = torch.randn(1, 40, generator=torch.Generator().manual_seed(0))
    before = logits.clone()
    process(logits, GenerationRequest("x"), IDS)
    assert torch.equal(logits, before)
