"""How likely a given text is, as transformers' loss has it."""

import math

import pytest
import torch

from backend.errors import Cancelled, InputError
from backend.generation.request import check_text
from backend.generation.scoring import PIECE, score
from backend.jobs import Job
from tests.backend.fakes import PATIENCE

TEXT = "The quick brown fox jumps over the lazy dog, and then the dog jumps over the fox. "


def read(lm, text):
    *_, reading = score(lm, text, Job(PATIENCE))
    return reading


@pytest.mark.parametrize("times", [1, 12])
def test_perplexity_is_e_to_the_mean_cross_entropy(tiny_lm, times):
    ids = torch.tensor([tiny_lm.tokenizer(TEXT * times)["input_ids"]])
    with torch.inference_mode():
        loss = tiny_lm.model(ids, labels=ids).loss
    assert read(tiny_lm, TEXT * times).perplexity == pytest.approx(math.exp(loss), rel=1e-5)


def test_each_token_has_the_probability_of_a_pass_over_the_whole(tiny_lm):
    reading = read(tiny_lm, TEXT * 12)
    assert len(reading.ids) > 2 * PIECE
    with torch.inference_mode():
        wanted = tiny_lm.model(torch.tensor([reading.ids])).logits[0].softmax(-1)
    for place, seen in enumerate(reading.choices):
        assert seen.id == reading.ids[place + 1]
        assert seen.before == pytest.approx(float(wanted[place, seen.id]), abs=1e-5)


def test_it_grows_piece_by_piece_and_can_be_stopped(tiny_lm):
    job = Job(PATIENCE)
    readings = score(tiny_lm, TEXT * 12, job)
    assert len(next(readings).choices) == PIECE
    job.cancel()
    with pytest.raises(Cancelled):
        next(readings)


def test_a_single_token_cannot_be_judged(tiny_lm):
    with pytest.raises(InputError, match="a single token"):
        read(tiny_lm, "T")


def test_more_than_the_context_is_refused_with_the_counts(tiny_lm):
    with pytest.raises(InputError, match="Tiny reads at most 2,048"):
        read(tiny_lm, TEXT * 600)


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_no_text_is_refused(text):
    with pytest.raises(InputError, match="empty"):
        check_text(text)


def test_50_000_characters_are_a_text_and_a_list_is_none():
    assert check_text("word " * 10_000)
    with pytest.raises(InputError):
        check_text(["a"])
