"""Attributions that add up, and words that really go."""

import pytest
import torch

from backend.classification import why
from backend.errors import Cancelled, InputError
from backend.parts import finish
from backend.words import words_of

TEXT = "the film is not bad, I love it and the train is late."


@pytest.fixture(scope="module")
def explained(request):
    tiny_expert = request.getfixturevalue("tiny_expert")
    return finish(why.explain(tiny_expert, TEXT, "good"))


def test_there_are_two_scores_for_each_word(explained):
    assert [word.text for word in explained.words] == [word.text for word in words_of(TEXT)]
    assert (
        len(explained.integrated_gradients) == len(explained.leave_one_out) == len(explained.words)
    )


@pytest.mark.parametrize("text", [TEXT, "awful", "she was happy . sad ! un unhappy", "我 love it"])
@pytest.mark.parametrize("label", ["good", "bad", "neither"])
def test_integrated_gradients_add_up_to_the_difference(tiny_expert, text, label):
    found = finish(why.explain(tiny_expert, text, label))
    assert sum(found.integrated_gradients) == pytest.approx(
        found.log_odds_difference, rel=0.02, abs=1e-3
    )


def test_the_difference_is_between_the_text_and_padding_in_its_place(tiny_expert, explained):
    tokens = tiny_expert.tokens([TEXT])
    ids, mask = tokens["input_ids"], tokens["attention_mask"]
    empty = ids.clone()
    empty[0, 1:-1] = tiny_expert.tokenizer.pad_token_id
    with torch.no_grad():
        odds = [
            why.log_odds(tiny_expert.model(input_ids=some, attention_mask=mask), 0, False)
            for some in (ids, empty)
        ]
    assert explained.log_odds_difference == pytest.approx(float(odds[0] - odds[1]), abs=1e-4)


def test_leaving_a_word_out_is_asking_again_without_it(tiny_expert, explained):
    shorter = TEXT.replace("love ", "")
    odds = why.log_odds(tiny_expert.logits([TEXT, shorter]).double(), 0, False)
    number = [word.text for word in explained.words].index("love")
    assert explained.leave_one_out[number] == pytest.approx(float(odds[0] - odds[1]), abs=1e-5)


def test_log_odds_are_those_of_the_probability():
    logits = torch.tensor([[1.0, -0.5, 0.2]], dtype=torch.float64)
    probability = float(logits.softmax(-1)[0, 1])
    wanted = torch.tensor(probability / (1 - probability)).log()
    assert float(why.log_odds(logits, 1, False)) == pytest.approx(float(wanted), abs=1e-6)
    assert float(why.log_odds(logits, 1, True)) == -0.5


def test_faithfulness_is_the_fall_without_the_top_words(tiny_expert, explained):
    from backend.words import without

    count = explained.words_removed
    order = sorted(range(len(explained.words)), key=lambda n: -explained.integrated_gradients[n])[
        :count
    ]
    probabilities = tiny_expert.probabilities([TEXT, without(TEXT, explained.words, order)])[:, 0]
    assert explained.probability_lost["gradients"] == pytest.approx(
        probabilities[0] - probabilities[1], abs=1e-6
    )
    assert set(explained.probability_lost) == {"gradients", "dropped", "random"}


def test_rank_correlation_is_one_for_the_same_order_and_none_where_it_says_nothing():
    assert why.rank_correlation([1, 2, 3], [10, 20, 35]) == pytest.approx(1)
    assert why.rank_correlation([1, 2, 3], [3, 2, 1]) == pytest.approx(-1)
    assert why.rank_correlation([1, 2], [1, 2]) is None
    assert why.rank_correlation([1, 1, 1], [1, 2, 3]) is None


@pytest.mark.parametrize("text", ["word " * 130, "bad " * 100])
def test_a_text_that_is_too_long_is_refused(tiny_expert, text):
    with pytest.raises(InputError, match="Shorten it"):
        finish(why.explain(tiny_expert, text, "good"))


def test_it_can_be_stopped(tiny_expert):
    def stop():
        raise Cancelled

    with pytest.raises(Cancelled):
        finish(why.explain(tiny_expert, TEXT, "good", stop))


@pytest.mark.parametrize("name", ["sentiment", "emotion"])
def test_a_bundled_expert_explains_completely(name, request):
    expert = request.getfixturevalue(name)
    for text in ("I love this place!", "The battery died after a week and nobody answers."):
        found = finish(why.explain(expert, text, expert.scores(text).top))
        assert found.completeness_gap <= 0.02
