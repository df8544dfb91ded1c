"""The masked word and the next sentence."""

import pytest
import torch

from backend.errors import InputError
from backend.parts import finish


def test_fillings_are_the_heads_own_probabilities(tiny_masked):
    gaps = finish(tiny_masked.fill("the film is [MASK] and [MASK] .", top=3))
    assert [len(gap) for gap in gaps] == [3, 3]
    tokens = tiny_masked.tokenizer("the film is [MASK] and [MASK] .", return_tensors="pt")
    with torch.no_grad():
        probabilities = tiny_masked.model(**tokens).prediction_logits[0, 4].softmax(-1)
    assert gaps[0][0].probability == pytest.approx(float(probabilities.max()), abs=1e-6)
    assert gaps[0][0].word == tiny_masked.tokenizer.decode([int(probabilities.argmax())])


@pytest.mark.parametrize("text", ["no gap", "[MASK] " * 6, "bad " * 60 + "[MASK]"])
def test_a_text_without_a_gap_that_can_be_filled_is_refused(tiny_masked, text):
    tiny_masked.tokenizer.model_max_length = 60
    with pytest.raises(InputError):
        finish(tiny_masked.fill(text))


def test_the_tokens_of_two_sentences_are_counted_together(tiny_masked):
    assert tiny_masked.length("the film is good", "i love it") == 10


def test_other_control_tokens_are_text_and_gaps_stay_gaps(tiny_masked):
    said = tiny_masked.tokenizer.convert_ids_to_tokens(
        tiny_masked._tokens("the [SEP] film[CLS] is [MASK]")["input_ids"][0].tolist()
    )
    assert said.count("[SEP]") == said.count("[CLS]") == said.count("[MASK]") == 1
    plain = tiny_masked._tokens("the film is [MASK]")["input_ids"].shape[1]
    assert len(said) == plain + 6


def test_in_two_sentences_a_mask_is_text_too(tiny_masked):
    read = tiny_masked._tokens("the [MASK]", "a [SEP]")["input_ids"][0].tolist()
    assert tiny_masked.tokenizer.mask_token_id not in read
    assert read.count(tiny_masked.tokenizer.sep_token_id) == 2
    assert tiny_masked.length("the [MASK]", "a [SEP]") == len(read)


def test_following_is_a_probability(tiny_masked):
    assert 0 < finish(tiny_masked.follows("the film is good", "i love it")) < 1
