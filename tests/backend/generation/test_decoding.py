"""The same tokens as transformers' `generate`, but stoppable."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.errors import Cancelled, DeadlineExceeded
from backend.generation.decoding import PREFILL_CHUNK, decode
from backend.generation.request import MIN_TEMPERATURE, GenerationRequest
from backend.jobs import Job
from tests.backend.fakes import PATIENCE, Watched, generated, in_threads

TEXT = "The quick brown fox jumps over the lazy dog. "


def ask(**changed):
    return GenerationRequest(TEXT, **{"max_new_tokens": 16, "seed": 7, **changed})


def prompt_ids(lm, text=TEXT):
    return lm.tokenizer(text)["input_ids"]


def decoded(lm, request, ids=None, job=None):
    """The tokens; the pauses between the pieces of a long prompt are left out."""
    steps = decode(lm, ids or prompt_ids(lm), request, job or Job(PATIENCE))
    return [drawn.id for drawn in steps if drawn is not None]


def endless(lm, before=lambda passes: None):
    """The model watched, and without a token that would end its answer."""
    return replace(lm, model=Watched(lm.model, before), stop_ids=frozenset())


# --- The same tokens as generate ----------------------------------------------------------------

SETTINGS = [
    {"strategy": "greedy"},
    {"strategy": "greedy", "repetition_penalty": 1.3},
    {"temperature": 0.0},
    {"temperature": 1.0, "top_k": 0, "top_p": 1.0, "repetition_penalty": 1.0},
    {"temperature": 0.2},
    {"temperature": 2.0, "top_k": 200},
    {"temperature": MIN_TEMPERATURE},
    {"top_k": 1},
    {"top_k": 5, "top_p": 1.0},
    {"top_k": 0, "top_p": 0.01},
    {"top_k": 0, "top_p": 0.5},
    {"min_p": 0.05, "top_k": 0, "top_p": 1.0},
    {"repetition_penalty": 0.5},
    {"repetition_penalty": 2.0, "top_k": 3, "top_p": 0.7, "temperature": 1.5},
    {"seed": 0},
    {"seed": 2**32 - 1},
]


@pytest.mark.parametrize("options", SETTINGS, ids=str)
def test_the_same_settings_give_the_same_tokens_as_generate(tiny_lm, options):
    request = ask(**options)
    assert decoded(tiny_lm, request) == generated(tiny_lm, prompt_ids(tiny_lm), request)


@settings(max_examples=25, deadline=None)
@given(
    prompt=st.lists(st.integers(3, 280), min_size=1, max_size=30),
    request=st.builds(
        GenerationRequest,
        prompt=st.just(TEXT),
        strategy=st.sampled_from(["sampling", "sampling", "greedy"]),
        temperature=st.floats(0, 5),
        top_k=st.integers(0, 200),
        top_p=st.floats(0.01, 1),
        min_p=st.sampled_from([0.0, 0.02, 0.3, 1.0]),
        repetition_penalty=st.floats(0.5, 2),
        max_new_tokens=st.integers(1, 12),
        seed=st.integers(0, 2**32 - 1),
    ),
)
def test_any_settings_and_prompt_give_the_same_tokens_as_generate(tiny_lm, prompt, request):
    assert decoded(tiny_lm, request, prompt) == generated(tiny_lm, prompt, request)


@pytest.mark.parametrize("length", [PREFILL_CHUNK - 1, PREFILL_CHUNK, PREFILL_CHUNK + 1, 1200])
@pytest.mark.parametrize("strategy", ["greedy", "sampling"])
def test_a_long_prompt_read_in_chunks_gives_the_same_tokens_as_generate(tiny_lm, length, strategy):
    ids = (prompt_ids(tiny_lm, TEXT) * 100)[:length]
    request = ask(strategy=strategy)
    expected = generated(tiny_lm, ids, request, prefill_chunk_size=PREFILL_CHUNK)
    assert decoded(tiny_lm, request, ids) == expected


def test_the_same_seed_gives_the_same_answer_and_another_seed_another(tiny_lm):
    hot = {"temperature": 2.0, "top_k": 0, "top_p": 1.0}
    first, again, other = (decoded(tiny_lm, ask(seed=seed, **hot)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_greedy_does_not_depend_on_the_seed(tiny_lm):
    assert decoded(tiny_lm, ask(strategy="greedy", seed=1)) == decoded(
        tiny_lm, ask(strategy="greedy", seed=2)
    )


# --- Where it ends ------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 2, 9])
def test_at_most_max_new_tokens_come(tiny_lm, count):
    assert len(decoded(endless(tiny_lm), ask(max_new_tokens=count))) == count


def test_the_answer_ends_with_the_stop_token(tiny_lm):
    free = decoded(endless(tiny_lm), ask())
    stopping = replace(tiny_lm, stop_ids=frozenset({free[4]}))
    answer = decoded(stopping, ask())
    assert answer == free[: free.index(free[4]) + 1]


@pytest.mark.parametrize("count", [1, 2, 9])
def test_the_network_runs_once_for_each_token_and_no_more(tiny_lm, count):
    lm = endless(tiny_lm)
    decoded(lm, ask(max_new_tokens=count))
    assert lm.model.passes == count


# --- No state is left behind --------------------------------------------------------------------


def test_torchs_global_random_numbers_are_neither_used_nor_changed(tiny_lm):
    torch.manual_seed(123)
    before = torch.get_rng_state()
    answer = decoded(tiny_lm, ask())
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(456)
    assert decoded(tiny_lm, ask()) == answer


def test_two_answers_decoded_in_turns_do_not_mix(tiny_lm):
    lm = endless(tiny_lm)
    alone = [decoded(lm, ask(seed=1)), decoded(lm, ask(seed=2))]
    together = zip(
        *(decode(lm, prompt_ids(lm), ask(seed=seed), Job(PATIENCE)) for seed in (1, 2)),
        strict=True,
    )
    answers = zip(*together, strict=True)
    assert [[drawn.id for drawn in answer] for answer in answers] == alone


def test_an_answer_may_be_continued_on_other_threads(tiny_lm):
    """As gradio does with generators; torch's inference mode belongs to a thread."""
    lm = endless(tiny_lm)
    tokens = decode(lm, prompt_ids(lm), ask(), Job(PATIENCE))
    answer, modes = [], []

    def step(_):
        answer.append(next(tokens).id)
        modes.append(torch.is_inference_mode_enabled())

    for _ in range(16):
        in_threads(1, step)
    assert answer == decoded(lm, ask())
    assert not any(modes)


# --- A long prompt ------------------------------------------------------------------------------


def test_a_long_prompt_gives_a_pause_after_each_piece_and_then_the_tokens(tiny_lm):
    """So that whoever listens can say that it is being read, or leave."""
    ids = (prompt_ids(tiny_lm) * 100)[: 3 * PREFILL_CHUNK + 1]
    steps = list(decode(tiny_lm, ids, ask(max_new_tokens=1), Job(PATIENCE)))
    assert steps[:-1] == [None] * 3
    assert steps[-1] is not None


def test_leaving_while_a_long_prompt_is_read_ends_it_within_one_piece(tiny_lm):
    lm = endless(tiny_lm)
    steps = decode(lm, (prompt_ids(tiny_lm) * 200)[:1800], ask(), Job(PATIENCE))
    next(steps)
    steps.close()
    assert lm.model.passes == 1


# --- Stop ---------------------------------------------------------------------------------------


def test_stop_reaches_the_model_before_its_next_pass(tiny_lm):
    lm, job = endless(tiny_lm), Job(PATIENCE)
    tokens = decode(lm, prompt_ids(lm), ask(), job)
    for _ in range(3):
        next(tokens)
    job.cancel()
    with pytest.raises(Cancelled):
        next(tokens)
    assert lm.model.passes == 3


def test_stop_before_the_first_token_ends_it_unread(tiny_lm):
    lm, job = endless(tiny_lm), Job(PATIENCE)
    job.cancel()
    with pytest.raises(Cancelled):
        decoded(lm, ask(), job=job)
    assert lm.model.passes == 0


def test_stop_while_a_long_prompt_is_read_ends_it_within_one_chunk(tiny_lm):
    job = Job(PATIENCE)
    lm = endless(tiny_lm, before=lambda passes: job.cancel())
    with pytest.raises(Cancelled):
        decoded(lm, ask(), ids=(prompt_ids(tiny_lm) * 200)[:1800], job=job)
    assert lm.model.passes == 1


def test_the_deadline_ends_it_between_two_tokens(tiny_lm):
    lm, job = endless(tiny_lm), Job(seconds=0)
    tokens = decode(lm, prompt_ids(lm), ask(), job)
    next(tokens)
    job.start_clock()
    with pytest.raises(DeadlineExceeded):
        next(tokens)
