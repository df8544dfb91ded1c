"""A head from a few examples."""

import json
import pickle

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from backend.classification.head import fit, load_head, read_head
from backend.classification.request import check_examples, parse_examples
from backend.classification.teach import teach
from backend.errors import Cancelled, InputError
from backend.parts import finish


def code_of(call, *arguments):
    with pytest.raises(InputError) as raised:
        call(*arguments)
    return raised.value.message.code


def examples(labels):
    """An example a label; its text says nothing."""
    return check_examples([(f"t{number}", label) for number, label in enumerate(labels)])


def blobs(labels, each, width=384, seed=0):
    """Unit vectors around one centre a label."""
    draw = np.random.default_rng(seed)
    centres = draw.normal(size=(len(labels), width))
    rows = [(centre + 0.9 * draw.normal(size=width), name)
            for centre, name in zip(centres, labels, strict=True) for _ in range(each)]  # fmt: skip
    vectors = np.stack([row[0] for row in rows])
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True), [row[1] for row in rows]


@pytest.mark.parametrize("labels", [("a", "b"), ("a", "b", "c")])
def test_a_head_answers_as_the_classifier_it_was_made_from(labels):
    vectors, names = blobs(labels, 8)
    model = LogisticRegression(C=10.0, max_iter=1000, class_weight="balanced").fit(vectors, names)
    head = fit(vectors, names, "minilm")
    assert head.labels == labels
    assert head.probabilities(vectors) == pytest.approx(model.predict_proba(vectors), abs=1e-9)


def test_the_metrics_are_those_of_examples_that_were_left_out():
    vectors, names = blobs(("a", "b", "c"), 6, seed=1)
    vectors += np.random.default_rng(2).normal(scale=0.2, size=vectors.shape)
    lesson = finish(teach(vectors, examples(names), "minilm"))
    said = cross_val_predict(
        LogisticRegression(C=10.0, max_iter=1000, class_weight="balanced"), vectors, names,
        cv=StratifiedKFold(5, shuffle=True, random_state=0),
    )  # fmt: skip
    assert lesson.folds == 5
    assert lesson.report.accuracy == pytest.approx(np.mean(said == np.array(names)), abs=1e-9)
    hardest = [hard.probability for hard in lesson.hardest]
    assert hardest == sorted(hardest)


def test_the_learning_curve_grows_to_all_examples_outside_a_fold():
    vectors, names = blobs(("a", "b"), 10)
    curve = finish(teach(vectors, examples(names), "minilm")).curve
    counts = [point.examples for point in curve]
    assert counts == sorted(set(counts))
    assert counts[-1] == 16
    assert all(0 <= point.accuracy <= 1 for point in curve)


def test_two_examples_a_label_are_enough():
    vectors, names = blobs(("a", "b"), 2)
    lesson = finish(teach(vectors, examples(names), "minilm"))
    assert lesson.folds == 2


def test_folds_of_different_sizes_share_the_points_of_the_learning_curve():
    vectors, names = blobs(("a", "b"), 11)
    kept = [*range(11), *range(11, 18)]  # 11 and 7: folds of 14 and of 15 to learn from
    curve = finish(teach(vectors[kept], examples([names[n] for n in kept]), "minilm")).curve
    assert len(curve) == 5
    assert curve[-1].examples == round(18 * 4 / 5)
    assert [point.examples for point in curve] == sorted({point.examples for point in curve})


def test_a_lesson_can_be_stopped_between_two_trainings():
    vectors, names = blobs(("a", "b"), 6)
    asked = []

    def stop_at_the_seventh():
        asked.append(None)
        if len(asked) == 7:
            raise Cancelled

    with pytest.raises(Cancelled):
        finish(teach(vectors, examples(names), "minilm", stop_at_the_seventh))


def test_a_head_is_only_for_the_vectors_that_it_was_taught_on():
    head = fit(*blobs(("a", "b"), 3), "minilm")
    head.check("text", "minilm")
    assert code_of(head.check, "text+picture", "minilm") == "head_wants_text"
    assert code_of(head.check, "text", "other") == "head_other_encoder"
    pairs = fit(*blobs(("a", "b"), 3, width=768), "search", "text+picture")
    assert code_of(pairs.check, "text", "search") == "head_wants_picture"


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([], "one_class"),
        ([("x", "a"), ("y", "a")], "one_class"),
        ([("x", "a"), ("y", "a"), ("z", "b")], "single_example"),
        ([("x", "a"), ("X", "a"), ("x", "b"), ("x", "b")], "all_alike"),
        ([("x", "a"), ("y", "")], "half_example"),
        ([("", "a"), ("y", "b")], "half_example"),
        ([("x", "a"), ("y", "b" * 300)], "label_too_long"),
        ([("x", "a")] * 6000, "too_many_examples"),
        ([("x", f"l{n % 60}") for n in range(120)], "too_many_labels"),
        ([("x", ["a"])], "not_a_text"),
    ],
)
def test_bad_examples_are_refused_with_a_reason(rows, code):
    assert code_of(check_examples, rows) == code


def test_empty_rows_of_a_table_are_left_out():
    rows = [("x", "a"), (None, None), (float("nan"), ""), ("y", "a"), ("z", 1), ("w", 1)]
    assert [example.label for example in check_examples(rows)] == ["a", "a", "1", "1"]


def test_lines_are_read_as_label_and_text():
    text = "travel: to Bern: when?\n\n美食：怎么煮蛋\n"
    assert parse_examples(text) == [("to Bern: when?", "travel"), ("怎么煮蛋", "美食")]


def test_a_bad_line_is_named():
    with pytest.raises(InputError, match="Line 2"):
        parse_examples("a: b\nno label here")


def test_a_saved_head_is_the_same_head():
    vectors, names = blobs(("a", "b", "c"), 4)
    head = fit(vectors, names, "minilm")
    again = read_head(head.as_json())
    assert again.encoder == "minilm"
    assert again.labels == head.labels
    assert np.array_equal(again.probabilities(vectors), head.probabilities(vectors))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_a_saved_head_is_read_however_an_editor_saves_and_names_it(tmp_path, encoding):
    vectors, names = blobs(("好", "b"), 3)
    head = fit(vectors, names, "minilm")
    file = tmp_path / "HEAD.JSON"
    file.write_bytes(head.as_json().encode(encoding))
    assert load_head(file).labels == head.labels
    assert read_head("\ufeff" + head.as_json()).labels == head.labels


def broken(**changed):
    vectors, names = blobs(("a", "b"), 3)
    return json.dumps({**json.loads(fit(vectors, names, "minilm").as_json()), **changed})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not json",
        "[]",
        "null",
        "{}",
        "[" * 100_000,
        "x" * 6_000_000,
        pickle.dumps({"labels": ["a", "b"]}).decode("latin-1"),
        broken(format="other"),
        broken(reads="sound"),
        broken(reads=["text"]),
        broken(encoder=5),
        broken(bias=[10**400, 0]),
        broken(labels=["a"]),
        broken(labels=["a", "a"]),
        broken(labels=["a", 5]),
        broken(weights=[[1.0]]),
        broken(weights="many"),
        broken(bias=[float("nan"), 0.0]),
        broken(bias=[1.0]),
    ],
    ids=lambda text: text[:20],
)
def test_a_file_that_is_no_head_is_refused(text):
    assert code_of(read_head, text) in ("bad_head", "not_a_text")
