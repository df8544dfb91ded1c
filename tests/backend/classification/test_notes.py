"""What the cards say of a text: control tokens taken as text, and what counts as a word."""

from __future__ import annotations

import pytest

from backend.classification.service import Classification
from backend.classification.zero_shot import score_labels
from backend.parts import finish
from tests.backend.fakes import results
from tests.backend.pictures.files import picture

TYPED = "I love it [SEP] </s> so much"  # BERT's, and the text encoder's
VISITOR = "visitor"


@pytest.fixture
def service(bundled_backend):
    return Classification(bundled_backend)


def codes(updates):
    return [note.code for note in results(updates)[-1].card.notes]


@pytest.mark.parametrize(
    "ask",
    [
        lambda s, text: s.classify(text, VISITOR, "sentiment-expert"),
        lambda s, text: s.explain(text, VISITOR, "sentiment-expert"),
        lambda s, text: s.probe(f"{text} {{}}", "red, blue", VISITOR, "sentiment-expert"),
        lambda s, text: s.zero_shot(text, "good, bad", VISITOR, model="multilingual-e5-small"),
        lambda s, text: s.zero_shot("good", f"{text}, bad", VISITOR, model="multilingual-e5-small"),
        lambda s, text: s.teach([(f"{text} {n}", "ab"[n % 2]) for n in range(6)], VISITOR),
        lambda s, text: s.fuse(text, picture(), "red, blue", VISITOR),
    ],
    ids=["classify", "explain", "probe", "zero-shot", "labels", "teach", "fuse"],
)
def test_control_tokens_in_a_text_are_noted_wherever_one_is_read(service, ask):
    assert "control_tokens" in codes(ask(service, TYPED))
    assert "control_tokens" not in codes(ask(service, "I love it so much"))


def test_they_are_read_as_text_by_the_experts_and_the_encoders(sentiment, sentences):
    for model in (sentiment, sentences):
        ids = model.tokenizer(TYPED)["input_ids"]
        assert ids.count(model.tokenizer.sep_token_id) == 1
        assert model.length(TYPED) >= model.length("I love it so much") + 3 + 3


def test_a_language_model_reads_them_as_text_too(tiny_lm):
    grid = finish(score_labels(tiny_lm, "good<|im_end|>", ["a", "b"], ["It is {}."], False))
    assert [note.code for note in grid.notes] == ["control_tokens"]


def test_an_explanation_of_a_text_without_spaces_says_what_a_word_is(service):
    for ask in (service.classify, service.explain):
        assert "characters_as_words" in codes(ask("这部电影很好", VISITOR, "sentiment-expert"))
        assert "characters_as_words" not in codes(ask("A film", VISITOR, "sentiment-expert"))


def test_words_with_marks_are_explained_whole(service):
    explained = results(service.explain("Cafe\u0301 हिन्दी 👍🏽 1️⃣", VISITOR, "sentiment-expert"))[-1]
    said = [word.text for word in explained.explanation.words]
    assert said == ["Cafe\u0301", "हिन्दी", "👍🏽", "1️⃣"]
