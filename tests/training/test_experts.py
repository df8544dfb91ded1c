"""training/experts.py: from 200 rows to adapters that the app loads."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest

from training import experts
from training.goemotions import EKMAN, EMOTIONS, QUESTIONS, SENTIMENT, batches, read, unmasked
from training.scores import best_thresholds, macro_f1

JOY, ANGER, NEUTRAL = (EMOTIONS.index(name) for name in ("joy", "anger", "neutral"))


@pytest.fixture(scope="module")
def goemotions(tmp_path_factory):
    """200 rows a split in the published form."""
    folder = tmp_path_factory.mktemp("goemotions")
    kinds = [
        ("what a lovely happy day [NAME]", f"{JOY}"),
        ("I am so angry at you", f"{ANGER}"),
        ("the shop is in the street", f"{NEUTRAL}"),
        ("oh I love and hate it", f"{JOY},{ANGER}"),
    ]
    for split in ("train", "dev", "test"):
        lines = [f"{text} {n}\t{labels}\tid{n}" for n in range(50) for text, labels in kinds]
        (folder / f"{split}.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_the_papers_groups_hold_every_emotion_once():
    for groups in (SENTIMENT, EKMAN):
        names = [name for some in groups.values() for name in some.split()]
        assert sorted(names) == sorted(EMOTIONS)


def test_rows_are_read_with_all_their_labels(goemotions):
    comments = read(goemotions, "train", 4)
    assert len(comments) == 4
    assert comments.emotions[3].nonzero()[0].tolist() == sorted((JOY, ANGER))
    sentiment = comments.grouped(QUESTIONS["sentiment"])
    assert sentiment.tolist()[3] == [True, True, False, False]


def test_masks_are_filled_with_a_word():
    text = unmasked("[NAME] met [NAME], a [RELIGION] man", random.Random(0))
    assert "[" not in text and text.count(" met ") == 1


def test_batches_hold_every_row_once_an_epoch():
    lengths = [row % 17 for row in range(1000)]
    feed = batches(lengths, 32, random.Random(0))
    epoch = [next(feed) for _ in range(32)]
    assert sorted(row for batch in epoch for row in batch) == list(range(1000))


def test_the_best_threshold_is_found_for_each_label():
    found = np.array([[0.2, 0.9], [0.4, 0.8], [0.1, 0.3], [0.35, 0.1]])
    true = np.array([[False, True], [True, True], [False, False], [True, False]])
    thresholds = best_thresholds(found, true, ["a", "b"])
    assert 0.2 < thresholds["a"] <= 0.35
    assert macro_f1(found, true, thresholds) == 1


@pytest.mark.slow  # a training
@pytest.mark.usefixtures("ticking")
def test_the_command_trains_resumes_and_saves_experts_that_load(goemotions, tmp_path, monkeypatch):
    monkeypatch.setattr(experts, "Options", lambda: experts_options(every=3))
    asked = ["--data", str(goemotions), "--work", str(tmp_path / "work"), "--limit", "200"]
    experts.main(["shared", *asked, "--minutes", "0.05"])
    out = tmp_path / "sentiment-expert"
    experts.main(["sentiment", *asked, "--minutes", "0.03", "--out", str(out)])
    experts.main(["sentiment", *asked, "--minutes", "0.05", "--out", str(out)])  # goes on
    lines = (tmp_path / "work" / "sentiment" / "log.jsonl").read_text().splitlines()
    assert all(0 <= json.loads(line).get("sentiment", 0) <= 1 for line in lines) and lines
    assert not (out / "README.md").exists()  # the card is ours, not the library's
    assert str(tmp_path) not in (out / "adapter_config.json").read_text()
    expert = load(out)
    assert expert.labels == ("positive", "negative", "neutral", "ambiguous")
    assert expert.probabilities(["a lovely day"]).sum() == pytest.approx(1)


def load(folder):
    from backend.classification.loading import load_expert_folder

    return load_expert_folder(folder, "cpu")


REAL_OPTIONS = experts.Options


def experts_options(**changed):
    return REAL_OPTIONS(**changed)
