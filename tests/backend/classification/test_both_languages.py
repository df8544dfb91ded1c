"""What the text encoder is used for works in Chinese nearly as well as in English.

A language's figure must be at least 0.9 of the other's, on texts that say the same.
"""

from __future__ import annotations

import numpy as np
import pytest

from backend import Backend
from backend.classification.service import Classification
from backend.classification.twins import reader_of, routed_reader
from backend.classification.why import explain
from backend.parts import finish
from benchmarks.both_languages import (
    CHINESE,
    CHINESE_NAMES,
    ENGLISH,
    NAMES,
    TRUE,
    expert_share,
    own_label_share,
    taught_share,
    vectors_of,
)
from tests.backend.classification.conftest import of_two_languages

EVERY_THIRD = range(0, len(TRUE), 3)


@pytest.fixture(scope="module")
def vectors(sentences):
    return vectors_of(sentences)


@pytest.mark.slow
def test_own_labels_fit_texts_of_both_languages(sentences):
    english = own_label_share(sentences, ENGLISH, NAMES, EVERY_THIRD)
    assert english >= 0.9
    for names in (CHINESE_NAMES, NAMES):
        assert own_label_share(sentences, CHINESE, names, EVERY_THIRD) >= 0.9 * english


def test_a_head_taught_in_one_language_knows_the_other(vectors):
    english, chinese = vectors
    own = taught_share(english, english)
    assert own >= 0.9
    assert taught_share(chinese, chinese) >= 0.9 * own
    assert taught_share(english, chinese) >= 0.9 * own


def test_what_says_the_same_is_nearest_across_the_languages(vectors):
    english, chinese = vectors
    cosines = english @ chinese.T
    assert (cosines.argmax(1) == np.arange(80)).mean() > 0.95
    others = (cosines.sum() - np.trace(cosines)) / (80 * 79)
    assert np.trace(cosines) / 80 > others + 0.4


@pytest.mark.parametrize("question", ["sentiment", "emotion"])
def test_an_expert_that_learnt_from_english_knows_the_same_in_chinese(question, request):
    """Beside the expert that answers English texts, on the same texts."""
    english = expert_share(request.getfixturevalue(question), question, 1)
    chinese = expert_share(of_two_languages(question), question, 2)
    assert english >= 0.85
    assert chinese >= 0.9 * english


@pytest.mark.parametrize(
    ("expert", "text", "reader"),
    [
        ("sentiment-expert", "我很高兴", "sentiment-expert-two-languages"),
        ("emotion-expert", "我很高兴", "emotion-expert-two-languages"),
        ("sentiment-expert", "I am happy", "sentiment-expert"),
        ("distilbert-sst2", "我很高兴", "distilbert-sst2"),
    ],
)
def test_a_text_with_chinese_goes_to_the_twin_that_reads_it(expert, text, reader):
    experts = Classification(Backend("bundled")).experts()
    assert reader_of(expert, experts, text) == reader


def test_where_the_router_chose_an_expert_of_english_its_stand_ins_twin_answers():
    experts = Classification(Backend()).experts()
    film = next(row for row in experts if row.id == "distilbert-sst2")
    assert routed_reader(film, experts, "电影很好看") == "sentiment-expert-two-languages"
    assert routed_reader(film, experts, "A good film") == "distilbert-sst2"


def test_the_reasons_of_a_chinese_answer_add_up():
    expert = of_two_languages("sentiment")
    found = finish(explain(expert, "这家饭店太糟糕了，我很失望。", "negative"))
    assert found.probability > 0.5
    assert found.completeness_gap < 0.05
    assert "".join(word.text for word in found.words).startswith("这家")


def test_a_twins_answer_is_that_of_its_vectors(sentences):
    """Its prefix goes in behind the first token, where callers do not see it."""
    expert = of_two_languages("sentiment")
    asked = ["我很高兴认识你", "A dull film."]
    logits = sentences.encode(asked) @ expert.model.head.weight.T + expert.model.head.bias
    assert expert.logits(asked).numpy() == pytest.approx(logits.numpy(), abs=1e-3)
