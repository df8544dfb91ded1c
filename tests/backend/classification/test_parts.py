"""Long classification work stops in between, for others."""

import pytest

from backend.classification import expert as experts
from backend.classification import sentences as encoders
from backend.classification import steps
from backend.classification.likelihood import PIECE
from backend.classification.request import Example
from backend.classification.teach import CURVE
from backend.classification.zero_shot import score_labels
from backend.models import part_size
from backend.parts import finish
from tests.backend.parts import stops_and_items

TEXT = "the quick brown fox was good"


def ten_tokens(monkeypatch, expert):
    """One part is as much as an expert does for ten tokens."""
    monkeypatch.setattr(part_size, "ON_CPU", 10 * part_size.weights_per_token(expert.model))


def test_labels_without_training_are_scored_in_parts_by_likelihood(tiny_lm):
    labels, templates = tuple(f"label {n}" for n in range(50)), ["It is {}.", "Topic: {}"]
    asked = tiny_lm, "The fox. " * 20, labels, templates, False
    stops, (_, scored) = stops_and_items(steps.zero_shot, *asked)
    assert stops >= 2 * len(labels) * len(templates) / PIECE
    assert scored.grid == finish(score_labels(*asked))


def test_labels_without_training_are_scored_in_parts_by_similarity(sentences, monkeypatch):
    asked = sentences, "The match.", ("sports", "art", "law"), ["It is {}."], False
    whole = finish(score_labels(*asked))
    ten_tokens(monkeypatch, sentences)
    stops, (_, scored) = stops_and_items(steps.zero_shot, *asked)
    assert stops == 4
    assert scored.grid.rows[0].values == pytest.approx(whole.rows[0].values, abs=1e-5)


def test_a_bias_probe_stops_between_a_few_words(tiny_expert, monkeypatch):
    asked = tiny_expert, "{} is good and the film was late", ("he", "she", "they"), "good"
    _, (whole,) = stops_and_items(steps.probe, *asked)
    ten_tokens(monkeypatch, tiny_expert)
    stops, (probed,) = stops_and_items(steps.probe, *asked)
    assert stops == 3
    for row, other in zip(probed.probe.rows, whole.probe.rows, strict=True):
        assert (row.word, row.probability) == (other.word, pytest.approx(other.probability))


def test_long_texts_are_few_to_a_part_and_short_ones_many(tiny_expert, monkeypatch):
    ten_tokens(monkeypatch, tiny_expert)
    for text, parts in (("good", 2), ("good " * 8, 6)):
        stops, _ = stops_and_items(steps.classify_rows, tiny_expert, [text] * 6)
        assert stops == parts


def test_an_explanation_stops_between_its_passes(tiny_expert):
    stops, (_, explained) = stops_and_items(steps.explain, tiny_expert, TEXT, "good")
    assert stops >= 2
    assert explained.explanation.label == "good"


def test_learning_stops_between_two_trainings(sentences, monkeypatch):
    monkeypatch.setattr(encoders, "BATCH", 4)
    rows = [Example(f"text {n} {'fox' if n % 2 else 'dog'}", "ab"[n % 2]) for n in range(12)]
    stops, (_, taught) = stops_and_items(steps.teach, sentences, rows, ())
    assert stops >= 3 + taught.lesson.folds * (1 + len(CURVE))


def test_a_table_stops_between_its_batches(tiny_expert, monkeypatch):
    monkeypatch.setattr(experts, "BATCH", 2)
    stops, items = stops_and_items(steps.classify_rows, tiny_expert, [TEXT] * 8)
    assert stops == 4
    assert [one.batch.done for one in items] == [8]
