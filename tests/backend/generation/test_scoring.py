"""How probable a given text is, beside transformers' loss."""

import math

import pytest
import torch

from backend.errors import Cancelled, DeadlineExceeded, InputError
from backend.generation import scoring
from backend.generation.request import check_text
from backend.generation.scoring import CHUNK, score_tokens
from backend.jobs import Job
from tests.backend.fakes import PATIENCE, results

TEXT = "The quick brown fox jumps over the lazy dog, and then the dog jumps over the fox. "


def scored(lm, text):
    *_, scores = score_tokens(lm, text, Job(PATIENCE))
    return scores


@pytest.mark.parametrize("times", [1, 12])
def test_perplexity_is_e_to_the_mean_cross_entropy(tiny_lm, times):
    ids = torch.tensor([tiny_lm.tokenizer(TEXT * times)["input_ids"]])
    with torch.inference_mode():
        loss = tiny_lm.model(ids, labels=ids).loss
    assert scored(tiny_lm, TEXT * times).perplexity == pytest.approx(math.exp(loss), rel=1e-5)


def test_each_token_has_the_probability_of_a_pass_over_the_whole(tiny_lm):
    scores = scored(tiny_lm, TEXT * 12)
    assert len(scores.ids) > 2 * CHUNK
    with torch.inference_mode():
        wanted = tiny_lm.model(torch.tensor([scores.ids])).logits[0].softmax(-1)
    for place, seen in enumerate(scores.choices):
        assert seen.id == scores.ids[place + 1]
        assert seen.probability == pytest.approx(float(wanted[place, seen.id]), abs=1e-5)


def test_it_grows_chunk_by_chunk_and_can_be_stopped(tiny_lm):
    job = Job(PATIENCE)
    growing = score_tokens(tiny_lm, TEXT * 12, job)
    assert len(next(growing).choices) == CHUNK
    job.cancel()
    with pytest.raises(Cancelled):
        next(growing)


def test_a_control_token_is_scored_as_the_text_that_it_is(tiny_lm):
    *_, scores = score_tokens(tiny_lm, "Hi<|im_end|>", Job(PATIENCE))
    assert tiny_lm.tokenizer.decode(scores.ids) == "Hi<|im_end|>"
    assert not set(scores.ids) & set(tiny_lm.tokenizer.all_special_ids)


def test_a_single_token_cannot_be_scored(tiny_lm):
    with pytest.raises(InputError, match="a single token"):
        scored(tiny_lm, "T")


def test_more_than_the_context_is_refused_with_the_counts(tiny_lm):
    with pytest.raises(InputError, match="Tiny reads at most 2,048"):
        scored(tiny_lm, TEXT * 600)


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_no_text_is_refused(text):
    with pytest.raises(InputError, match="empty"):
        check_text(text)


def test_50_000_characters_are_a_text_and_a_list_is_none():
    assert check_text("word " * 10_000)
    with pytest.raises(InputError):
        check_text(["a"])


@pytest.mark.parametrize("ending", [Cancelled, DeadlineExceeded])
def test_what_was_scored_before_the_end_stays_and_a_note_says_how_much(
    tiny_generation, monkeypatch, ending
):
    def read_a_part(lm, text, job):
        yield next(score_tokens(lm, text, job))
        raise ending

    monkeypatch.setattr(scoring, "score_tokens", read_a_part)
    *_, scored = results(tiny_generation.score_text(TEXT * 12, "ann"))
    assert len(scored.tokens) == CHUNK
    assert f"Only the first {CHUNK + 1} of" in str(scored.card.notes[-1])
    assert len(tiny_generation.answer(scored.key).tokens) == CHUNK
