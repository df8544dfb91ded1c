"""What the captioner remembers takes part in each word, and only while it fits."""

from __future__ import annotations

import pytest
import torch

from backend.models.captioner.knn import SHARE, Recall, as_rows

CAT, DOG = torch.eye(2)
RECALL = Recall(torch.stack([CAT, DOG]), as_rows([[3, 4, 1], [3, 5, 1]], length=4))
OWN = torch.full((6,), 1 / 6)


def test_the_nearest_sentence_gives_most_of_the_next_word() -> None:
    weights = RECALL.weights(CAT)
    chances = RECALL.next_word(weights, [3], OWN)
    assert chances.argmax() == 4
    assert chances[4].item() == pytest.approx(SHARE + (1 - SHARE) / 6, abs=1e-3)
    assert chances.sum().item() == pytest.approx(1)


def test_where_no_sentence_goes_on_the_decoder_is_alone() -> None:
    weights = RECALL.weights(CAT)
    assert torch.allclose(RECALL.next_word(weights, [2], OWN), OWN)
    assert torch.allclose(RECALL.next_word(weights, [3, 4, 1], OWN), OWN)


def test_lines_are_filled_up_to_one_length() -> None:
    assert as_rows([[7], [8, 9]], length=3).tolist() == [[7, -1, -1], [8, 9, -1]]
