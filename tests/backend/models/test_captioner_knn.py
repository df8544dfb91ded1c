"""Known sentences near the picture take part in each word, as long as they match."""

from __future__ import annotations

import pytest
import torch

from backend.models.captioner.knn import SHARE, KnnSentences, as_rows

CAT, DOG = torch.eye(2)
KNN = KnnSentences(torch.stack([CAT, DOG]), as_rows([[3, 4, 1], [3, 5, 1]], length=4))
OWN = torch.full((6,), 1 / 6)


def test_the_nearest_sentence_gives_most_of_the_next_word() -> None:
    weights = KNN.weights(CAT)
    probabilities = KNN.next_word(weights, [3], OWN)
    assert probabilities.argmax() == 4
    assert probabilities[4].item() == pytest.approx(SHARE + (1 - SHARE) / 6, abs=1e-3)
    assert probabilities.sum().item() == pytest.approx(1)


def test_where_no_sentence_continues_the_decoder_is_alone() -> None:
    weights = KNN.weights(CAT)
    assert torch.allclose(KNN.next_word(weights, [2], OWN), OWN)
    assert torch.allclose(KNN.next_word(weights, [3, 4, 1], OWN), OWN)


def test_lines_are_filled_up_to_one_length() -> None:
    assert as_rows([[7], [8, 9]], length=3).tolist() == [[7, -1, -1], [8, 9, -1]]
