"""Long classification work stops in between, for others."""

from backend.classification import expert as experts
from backend.classification import sentences as encoders
from backend.classification import steps
from backend.classification.request import Example
from backend.classification.teach import CURVE
from tests.backend.parts import stops_and_items

TEXT = "the quick brown fox was good"


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
