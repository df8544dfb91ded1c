"""The trigram model that the verse writer is measured beside."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.trigram import Trigram

BEGIN, END, SIZE = 0, 1, 6
TEXTS = [[BEGIN, 2, 3, 4, END], [BEGIN, 2, 3, 5, END], [BEGIN, 2, 3, 4, END], [BEGIN, 4, END]]


@pytest.fixture(scope="module")
def learnt() -> Trigram:
    return Trigram(TEXTS, SIZE)


@pytest.mark.parametrize("before", [[BEGIN], [BEGIN, 2], [BEGIN, 2, 3], [BEGIN, 5, 5], [BEGIN, 4]])
def test_probabilities_after_anything_sum_to_one(learnt: Trigram, before: list[int]) -> None:
    total = sum(np.exp(learnt.logprobs([*before, token])[-1]) for token in range(SIZE))
    assert total == pytest.approx(1)


def test_what_was_seen_more_often_is_more_probable(learnt: Trigram) -> None:
    after = {token: learnt.logprobs([BEGIN, 2, 3, token])[-1] for token in range(SIZE)}
    assert after[4] > after[5] > after[3] > -np.inf


def test_it_is_worked_out_by_hand(learnt: Trigram) -> None:
    """Trigrams by count: 0 0 2 (3), 0 0 4 (1), 0 2 3 (3), 2 3 4 (2), 2 3 5 (1), 3 4 1 (2),
    3 5 1 (1), 0 4 1 (1): four once, two twice, so the discount is 4 / (4 + 2 * 2) = 0.5.
    """
    assert learnt.tables[2].discount == 0.5
    pair = np.exp(learnt.logprobs([BEGIN, 3, 4])[-1])  # after 0 3, never seen: 3 alone decides
    own = (2 - 0.5 + 0.5 * 2 * pair) / 3  # 2 3 4 twice of three times, two kinds
    assert np.exp(learnt.logprobs([BEGIN, 2, 3, 4])[-1]) == pytest.approx(own)
