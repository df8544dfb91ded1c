"""Router, bias probe, masked word, picture fusion, and the adapters that are shipped."""

import json

import numpy as np
import pytest
import torch

from backend.classification.bias import LISTS, check_sentence, check_words, probe
from backend.classification.fusion import Pair, fuse, teach_pairs
from backend.classification.router import STANDS_IN, TYPICAL, route
from backend.errors import InputError
from backend.models.registry import MODELS
from backend.models.sources import ASSETS

ALL = list(TYPICAL)


@pytest.mark.parametrize(
    ("text", "expert"),
    [
        ("Net sales increased by 12 % in the third quarter.", "distilroberta-finance"),
        ("A brilliant movie, the actors are superb.", "distilbert-sst2"),
        ("I'm terrified of the exam tomorrow.", "emotion-expert"),
        ("The vacuum cleaner broke after two days, do not buy it.", "sentiment-expert"),
    ],
)
def test_a_text_goes_to_the_expert_for_its_kind(sentences, text, expert):
    found = route(sentences, text, ALL)
    assert found.expert == expert == next(iter(found.shares))
    assert sum(found.shares.values()) == pytest.approx(1)


def test_an_expert_that_is_not_here_is_named_but_not_taken(sentences):
    found = route(sentences, "Net sales increased by 12 %.", ["emotion-expert", "sentiment-expert"])
    assert found.expert == "sentiment-expert"
    assert next(iter(found.shares)) == "distilroberta-finance"


def test_the_router_knows_only_experts_that_there_are():
    ids = {row.id for row in MODELS if row.task == "classification"}
    assert set(TYPICAL) <= ids
    assert set(STANDS_IN) <= set(TYPICAL) and set(STANDS_IN.values()) <= ids


def test_a_probe_asks_the_same_sentence_with_each_word(tiny_expert):
    found = probe(tiny_expert, "{} is happy", ("he", "she", "they"), "bad")
    alone = {word: tiny_expert.probabilities([f"{word} is happy"])[0, 1] for word in ("he", "she")}
    rows = {row.word: row.probability for row in found.rows}
    assert rows["he"] == pytest.approx(alone["he"], abs=1e-6)
    values = [row.probability for row in found.rows]
    assert values == sorted(values, reverse=True)
    assert found.spread == pytest.approx(values[0] - values[-1])


def test_a_probe_with_no_label_takes_the_one_that_moves_most(tiny_expert):
    asked = "{} is happy", ("he", "she", "they")
    spreads = {label: probe(tiny_expert, *asked, label).spread for label in tiny_expert.labels}
    found = probe(tiny_expert, *asked)
    assert found.label == max(spreads, key=spreads.get)
    assert found.most and found.spread == pytest.approx(spreads[found.label])


def test_the_ready_lists_pass_the_check_of_words():
    for words in LISTS.values():
        assert check_words(", ".join(words)) == words


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("nobody", "bad_sentence"),
        ("{} and {}", "bad_sentence"),
        ("", "bad_sentence"),
        ("{} " + "x" * 2000, "too_long"),
    ],
)
def test_a_sentence_needs_one_place_for_the_word(sentence, code):
    with pytest.raises(InputError) as raised:
        check_sentence(sentence)
    assert raised.value.message.code == code


def test_fillings_are_the_heads_own_probabilities(tiny_masked):
    gaps = tiny_masked.fill("the film is [MASK] and [MASK] .", top=3)
    assert [len(gap) for gap in gaps] == [3, 3]
    tokens = tiny_masked.tokenizer("the film is [MASK] and [MASK] .", return_tensors="pt")
    with torch.no_grad():
        chances = tiny_masked.model(**tokens).prediction_logits[0, 4].softmax(-1)
    assert gaps[0][0].probability == pytest.approx(float(chances.max()), abs=1e-6)
    assert gaps[0][0].word == tiny_masked.tokenizer.decode([int(chances.argmax())])


@pytest.mark.parametrize("text", ["no gap", "[MASK] " * 6, "bad " * 60 + "[MASK]"])
def test_a_text_without_a_gap_that_can_be_filled_is_refused(tiny_masked, text):
    tiny_masked.tokenizer.model_max_length = 60
    with pytest.raises(InputError):
        tiny_masked.fill(text)


def test_the_tokens_of_two_sentences_are_counted_together(tiny_masked):
    assert tiny_masked.length("the film is good", "i love it") == 10


def test_following_is_a_probability(tiny_masked):
    assert 0 < tiny_masked.follows("the film is good", "i love it") < 1


class FakeEncoder:
    """Texts and pictures by name, in a space of 384 directions."""

    def encode_texts(self, texts):
        return torch.stack([self._vector(text) for text in texts])

    def encode_pictures(self, pictures):
        return torch.stack([self._vector(picture) for picture in pictures])

    def _vector(self, name):
        return torch.nn.functional.one_hot(torch.tensor({"cat": 0, "dog": 1}[name]), 384).float()


@pytest.mark.parametrize(("weight", "wanted"), [(0, "cat"), (1, "dog"), (0.3, "cat"), (0.7, "dog")])
def test_late_fusion_mixes_the_two_answers(weight, wanted):
    fused = fuse(FakeEncoder(), "cat", "dog", ("cat", "dog"), weight)
    assert fused.text.top == "cat" and fused.picture.top == "dog" and fused.late.top == wanted
    mixed = (1 - weight) * fused.text.values[0] + weight * fused.picture.values[0]
    assert fused.late.values[0] == pytest.approx(mixed)
    assert fused.early is None


def test_early_fusion_uses_a_head_on_the_joined_vectors():
    draw = np.random.default_rng(0)
    pairs = [
        Pair(draw.normal(size=384) + sign, draw.normal(size=384) - sign, label, "search")
        for label, sign in (("match", 1.0), ("clash", -1.0)) for _ in range(3)
    ]  # fmt: skip
    head = teach_pairs(pairs)
    assert (head.reads, head.encoder) == ("text+picture", "search")
    assert head.weights.shape == (2, 768)
    assert fuse(FakeEncoder(), "cat", "dog", ("cat", "dog"), 0.5, head).early is not None
    with pytest.raises(InputError):
        teach_pairs(pairs[:2])


@pytest.mark.parametrize("expert", ["sentiment-expert", "emotion-expert"])
def test_a_shipped_adapter_is_small_and_knows_no_path(expert):
    folder = ASSETS / "models" / expert
    assert sum(file.stat().st_size for file in folder.iterdir()) < 2_000_000
    config = json.loads((folder / "adapter_config.json").read_text())
    assert config["base_model_name_or_path"] == "all-MiniLM-L6-v2"
    assert not [file for file in folder.iterdir() if file.suffix in (".bin", ".pkl", ".pt")]
    assert "Demszky" in (folder / "README.md").read_text()


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("I love this place, the staff are wonderful!", "positive"),
        ("This is the worst service I have ever had.", "negative"),
        ("The shop opens at nine.", "neutral"),
    ],
)
def test_the_sentiment_expert_gets_plain_sentences_right(sentiment, text, label):
    assert sentiment.scores(text).top == label
