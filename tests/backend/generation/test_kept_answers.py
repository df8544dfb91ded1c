"""Kept answers and texts that were scored: their tokens inspected."""

import pytest

from backend.errors import InputError
from backend.generation.answer import MAX_KEPT_LOGITS
from backend.generation.request import check_request
from backend.generation.results import Generated, TextScores
from backend.models.token_text import token_text
from tests.backend.fakes import results
from tests.backend.generation.conftest import ASK


def test_the_finished_answer_can_be_inspected(kept_answer):
    update, kept = kept_answer
    assert isinstance(update, Generated)
    assert [one.choice.id for one in update.tokens] == kept.ids
    for place, one in enumerate(update.tokens):
        seen = kept.trace_at(place)
        assert seen.token_id == one.choice.id
        chosen = seen.followed.index(seen.token_id)
        assert seen.steps[0].probabilities[chosen] == pytest.approx(
            one.choice.probability, abs=1e-6
        )
        assert seen.steps[-1].probabilities[chosen] == pytest.approx(
            one.choice.sampling_probability, abs=1e-6
        )


@pytest.mark.parametrize("place", [-1, 12, "0", None, 1.0])
def test_a_place_outside_the_answer_is_refused(kept_answer, place):
    with pytest.raises(InputError, match="no token"):
        kept_answer[1].trace_at(place)


def test_a_new_answer_takes_the_last_ones_place_and_leaving_forgets_it(
    tiny_generation, kept_answer
):
    update, _ = kept_answer
    *_, newer = results(tiny_generation.generate(check_request("A dog", **ASK), "ann"))
    with pytest.raises(InputError):
        tiny_generation.answer(update.key)
    tiny_generation.backend.leave("ann")
    with pytest.raises(InputError):
        tiny_generation.answer(newer.key)


def test_of_a_long_answer_the_first_choices_are_kept(tiny_generation):
    request = check_request(
        "The fox", max_new_tokens=MAX_KEPT_LOGITS + 5, begin=[5] * (MAX_KEPT_LOGITS + 5)
    )
    *_, update = results(tiny_generation.generate(request, "ann"))
    kept = tiny_generation.answer(update.key)
    assert kept.trace_at(MAX_KEPT_LOGITS - 1).token_id == 5
    with pytest.raises(InputError, match="the first 300 choices"):
        kept.trace_at(MAX_KEPT_LOGITS)


def test_a_text_that_was_scored_is_kept_without_a_trace(tiny_generation):
    *_, update = results(tiny_generation.score_text("The quick brown fox", "ann"))
    assert isinstance(update, TextScores)
    assert update.first + "".join(one.text for one in update.tokens) == "The quick brown fox"
    assert update.card.as_json()["perplexity"] == pytest.approx(update.perplexity, abs=0.01)
    kept = tiny_generation.answer(update.key)
    assert kept.token_at(0).choice.rank >= 1
    with pytest.raises(InputError):
        kept.trace_at(0)
    with pytest.raises(InputError):
        kept.branched(0, 5)


def test_a_token_that_is_a_part_of_a_character_shows_its_bytes(tiny_lm):
    tokenizer = tiny_lm.tokenizer
    texts = [token_text(tokenizer, token) for token in tokenizer("彩")["input_ids"]]
    assert texts == ["⟨E5⟩", "⟨BD⟩", "⟨A9⟩"]
    assert token_text(tokenizer, tokenizer(" fox")["input_ids"][0]).startswith(" ")
