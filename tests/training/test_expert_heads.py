"""training/expert_heads.py: from comments to a head in the order of the expert's labels."""

from __future__ import annotations

import json

import numpy as np
from safetensors.numpy import load_file

from backend.classification.head import Head
from backend.classification.loading import TWO_LANGUAGES
from training.expert_heads import lessons, save
from training.goemotions import EMOTIONS, Comments


def test_only_comments_with_one_answer_are_learnt_from():
    emotions = np.zeros((3, len(EMOTIONS)), bool)
    emotions[0, EMOTIONS.index("joy")] = True
    emotions[1, [EMOTIONS.index("joy"), EMOTIONS.index("anger")]] = True
    emotions[2, [EMOTIONS.index("anger"), EMOTIONS.index("grief")]] = True
    comments = Comments(["a", "b", "c"], emotions)
    rows, labels = lessons(comments, "sentiment")
    assert (rows.tolist(), labels) == ([0, 2], ["positive", "negative"])
    rows, labels = lessons(comments, "emotion")
    assert (rows.tolist(), labels) == ([0], ["joy"])


def test_a_heads_rows_are_saved_in_the_order_of_the_experts_labels(tmp_path):
    (tmp_path / "expert.json").write_text(json.dumps({"labels": ["b", "a"]}))
    save(Head(("a", "b"), np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([5.0, 6.0]), "e"), tmp_path)
    saved = load_file(tmp_path / TWO_LANGUAGES)
    assert saved["weight"].tolist() == [[3.0, 4.0], [1.0, 2.0]]
    assert saved["bias"].tolist() == [6.0, 5.0]
