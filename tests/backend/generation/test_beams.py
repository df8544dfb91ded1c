"""The beams of transformers' own search."""

from dataclasses import replace

import pytest
import torch

from backend.errors import Cancelled
from backend.generation.beams import search_texts
from backend.generation.decoding import PREFILL_CHUNK
from backend.generation.request import GenerationRequest
from backend.jobs import Job
from tests.backend.fakes import PATIENCE
from tests.backend.generation.test_decoding import decoded, prompt_ids

TEXT = "The quick brown fox jumps over the lazy dog. "


def ask(**changed):
    values = {"max_new_tokens": 10, "mode": "completion", "repetition_penalty": 1.0, **changed}
    return GenerationRequest(TEXT, **values)


def searched(lm, request, width, job=None):
    *_, beams = search_texts(lm, prompt_ids(lm), request, width, job or Job(PATIENCE))
    return beams


def by_generate(lm, request, width, ends):
    """transformers' beams: token ids without padding, and scores."""
    ids = torch.tensor([prompt_ids(lm)])
    pad = 0
    found = lm.model.generate(
        ids,
        attention_mask=torch.ones_like(ids),
        num_beams=width,
        num_return_sequences=width,
        do_sample=False,
        max_new_tokens=request.max_new_tokens,
        repetition_penalty=request.repetition_penalty,
        eos_token_id=ends,
        pad_token_id=pad,
        return_dict_in_generate=True,
        output_scores=True,
    )
    rows = []
    for row in found.sequences[:, ids.shape[1] :].tolist():
        cut = next((at + 1 for at, token in enumerate(row) if token in ends), len(row))
        rows.append(tuple(row[:cut]))
    return rows, found.sequences_scores.tolist()


@pytest.mark.parametrize("width", [2, 3, 5])
@pytest.mark.parametrize("penalty", [1.0, 1.3])
def test_beams_are_those_of_generate(tiny_lm, width, penalty):
    request = ask(repetition_penalty=penalty)
    beams = searched(tiny_lm, request, width)
    rows, scores = by_generate(tiny_lm, request, width, sorted(tiny_lm.stop_ids))
    assert [beam.ids for beam in beams] == rows
    assert [beam.mean_score for beam in beams] == pytest.approx(scores, abs=1e-4)


@pytest.mark.parametrize("width", [2, 4])
def test_beams_that_end_early_are_those_of_generate_too(tiny_lm, width):
    """Tokens that stand in the free beams are made to end a text."""
    request = ask(max_new_tokens=12)
    free = searched(replace(tiny_lm, stop_ids=frozenset()), request, width)
    ends = sorted({free[0].ids[3], free[-1].ids[5]})
    lm = replace(tiny_lm, stop_ids=frozenset(ends))
    beams = searched(lm, request, width)
    rows, scores = by_generate(lm, request, width, ends)
    assert [beam.ids for beam in beams] == rows
    assert [beam.mean_score for beam in beams] == pytest.approx(scores, abs=1e-4)


def test_logprobs_are_those_of_the_model_alone(tiny_lm):
    request = ask(repetition_penalty=1.5, max_new_tokens=4)
    best = searched(tiny_lm, request, 3)[0]
    ids = torch.tensor([[*prompt_ids(tiny_lm), *best.ids]])
    with torch.inference_mode():
        likely = tiny_lm.model(ids).logits.log_softmax(-1)[0, -len(best.ids) - 1 : -1]
    expected = float(likely.gather(1, torch.tensor(best.ids)[:, None]).sum())
    assert best.logprob == pytest.approx(expected, abs=1e-4)


def test_one_beam_is_greedy(tiny_lm):
    request = ask(strategy="greedy")
    assert list(searched(tiny_lm, request, 1)[0].ids) == decoded(tiny_lm, request)


def test_stop_reaches_it_within_a_token(tiny_lm):
    job = Job(PATIENCE)
    steps = search_texts(tiny_lm, prompt_ids(tiny_lm), ask(), 3, job)
    next(steps)
    job.cancel()
    with pytest.raises(Cancelled):
        next(steps)


def test_whoever_listens_can_leave_between_the_chunks_of_a_long_prompt(tiny_lm):
    ids = [5] * (2 * PREFILL_CHUNK + 1)
    steps = search_texts(tiny_lm, ids, ask(max_new_tokens=2), 2, Job(PATIENCE))
    assert [next(steps), next(steps)] == [None, None]
    assert next(steps)
