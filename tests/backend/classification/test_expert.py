"""Texts in, probabilities out, in order."""

import numpy as np
import pytest

from backend.classification import expert as module
from backend.classification.batch import as_csv, classify_rows, gold_column, judge
from backend.classification.results import Batch
from backend.classification.truncation import count_truncated
from backend.csv_tables import Table, parse_table
from backend.errors import Cancelled, InputError

TEXTS = ["love it", "the film was awful and the train is late", "", "happy", "she is sad"] * 3


def test_a_batch_gives_what_each_text_gets_alone(tiny_expert):
    together = tiny_expert.probabilities(TEXTS)
    alone = np.concatenate([tiny_expert.probabilities([text]) for text in TEXTS])
    assert together == pytest.approx(alone, abs=1e-6)
    assert together.sum(1) == pytest.approx(np.ones(len(TEXTS)))


def test_scores_name_the_labels(tiny_expert):
    scores = tiny_expert.scores("love it")
    assert set(scores.as_json()) == {"good", "bad", "neither"}
    assert scores.of(scores.top) == max(scores.values)
    assert [value for _, value in scores.ranked()] == sorted(scores.values, reverse=True)


def test_a_long_text_is_cut_not_refused(tiny_expert):
    long = "love " * 500
    assert tiny_expert.length(long) == 502
    assert tiny_expert.probabilities([long]) == pytest.approx(
        tiny_expert.probabilities(["love " * 58]), abs=1e-6
    )


def test_the_model_runs_no_more_tokens_than_its_limit(tiny_expert):
    assert tiny_expert.tokens(["love " * 500])["input_ids"].shape[1] == tiny_expert.limit


def test_rows_come_chunk_by_chunk_and_stay_in_order(tiny_expert, monkeypatch):
    monkeypatch.setattr(module, "CHUNK", 4)
    batches = [part for part in classify_rows(tiny_expert, TEXTS) if part]
    assert [batch.done for batch in batches] == [4, 8, 12, 15]
    assert batches[-1].probabilities == pytest.approx(tiny_expert.probabilities(TEXTS), abs=1e-6)


def half_a_batch():
    return Batch(2, 3, ("good", "bad"), np.array([[0.9, 0.1], [0.3, 0.7]]))


def test_half_a_batch_is_written_as_far_as_it_goes():
    table = Table(("text",), (("a",), ("b, c",), ("d",)))
    written = parse_table(as_csv(table, half_a_batch()))
    assert written.columns == ("text", "predicted", "confidence", "p(good)", "p(bad)")
    assert written.rows[1] == ("b, c", "bad", "0.700000", "0.300000", "0.700000")
    assert len(written.rows) == 2


def test_gold_labels_are_compared_without_regard_to_case_and_empty_ones_left_out():
    judged = judge(half_a_batch(), ["GOOD", "", "bad"])
    assert judged.report.count == 1
    assert judged.report.accuracy == 1
    assert judged.true_labels == {"good"}
    assert judge(half_a_batch(), ["", " ", "bad"]) is None


def test_gold_labels_that_the_expert_does_not_know_count_as_wrong():
    judged = judge(half_a_batch(), ["fine", "bad", ""])
    assert judged.report.accuracy == 0.5
    assert judged.true_labels == {"fine", "bad"}


def test_the_columns_that_are_added_never_repeat_a_name():
    table = Table(("text", "predicted", "confidence"), (("a", "b", "c"),) * 3)
    columns = parse_table(as_csv(table, half_a_batch())).columns
    assert columns[3:5] == ("predicted (4)", "confidence (5)")
    assert len(set(columns)) == len(columns)


def test_a_column_that_holds_no_labels_is_refused_before_anything_is_classified():
    table = Table(("id",), tuple((f"row {n}",) for n in range(2000)))
    with pytest.raises(InputError, match="'id' has 2,000 different values"):
        gold_column(table, "id")
    assert gold_column(Table(("id",), (("a",), ("b",))), "id") == ["a", "b"]
    assert gold_column(table, "") is None


def test_a_batch_can_be_stopped_between_two_passes(tiny_expert, monkeypatch):
    monkeypatch.setattr(module, "BATCH", 4)
    asked = []

    def stop_at_the_third():
        asked.append(None)
        if len(asked) == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        tiny_expert.probabilities(TEXTS, stop_at_the_third)


def test_truncated_texts_are_counted(tiny_expert):
    assert count_truncated(tiny_expert, ["love " * 500, "love it", "love " * 58, "love " * 59]) == 2
