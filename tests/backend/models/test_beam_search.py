"""Beam search beside an exhaustive search. That the beams are transformers' own is held by
tests/backend/generation/test_beams.py and by the captioner's tests."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
import torch
from torch import Tensor

from backend.models.beam_search import beam_search

VOCABULARY, LENGTH, END = 4, 3, 0


@dataclass(frozen=True)
class Row:
    ids: tuple[int, ...] = ()
    score: float = 0.0
    ended: bool = False

    @property
    def mean_score(self) -> float:
        return self.score / max(1, len(self.ids))


class Chain:
    """Next-token log-probabilities that depend on the last token alone."""

    def __init__(self, seed: int, forbidden: int | None = None) -> None:
        made = torch.randn(VOCABULARY, VOCABULARY, generator=torch.Generator().manual_seed(seed))
        self.table = made.log_softmax(-1)
        if forbidden is not None:
            self.table[:, forbidden] = -torch.inf
        self.asked: list[int] = []

    def next_scores(self, beams: Sequence[Row]) -> Tensor:
        self.asked.append(len(beams))
        return torch.stack([self.table[beam.ids[-1] if beam.ids else END] for beam in beams])

    def extend(self, beams: Sequence[Row], row: int, token: int) -> Row:
        ids = (*beams[row].ids, token)
        return Row(ids, self.score(ids), token == END or len(ids) == LENGTH)

    def score(self, ids: Sequence[int]) -> float:
        return sum(float(self.table[one, then]) for one, then in itertools.pairwise((END, *ids)))


def all_sequences() -> list[tuple[int, ...]]:
    """Whatever can end: by the end token, or at LENGTH."""
    rows = itertools.chain.from_iterable(
        itertools.product(range(VOCABULARY), repeat=length) for length in range(1, LENGTH + 1)
    )
    return [row for row in rows if END not in row[:-1] and (row[-1] == END or len(row) == LENGTH)]


@pytest.mark.parametrize("seed", range(8))
def test_beams_wide_enough_find_the_best_sequences_of_all(seed: int) -> None:
    chain = Chain(seed)
    *_, found = beam_search(Row(), chain, 40)
    ranked = sorted(all_sequences(), key=lambda ids: -chain.score(ids) / len(ids))
    assert [beam.ids for beam in found] == ranked


@pytest.mark.parametrize("seed", range(8))
def test_one_beam_takes_the_most_probable_token_each_time(seed: int) -> None:
    chain = Chain(seed)
    *_, [best] = beam_search(Row(), chain, 1)
    for before, token in itertools.pairwise((END, *best.ids)):
        assert token == int(chain.table[before].argmax())


def test_no_more_beams_run_than_were_asked_for_and_the_best_comes_first() -> None:
    chain = Chain(1)
    for beams in beam_search(Row(), chain, 3):
        assert len(beams) <= 3
    assert max(chain.asked) <= 3
    means = [beam.mean_score for beam in beams]
    assert means == sorted(means, reverse=True) and all(beam.ended for beam in beams)


def test_a_token_that_is_ruled_out_never_comes() -> None:
    *_, found = beam_search(Row(), Chain(2, forbidden=3), 40)
    assert found and not any(3 in beam.ids for beam in found)


@pytest.mark.parametrize("seed", range(8))
def test_a_beam_that_has_ended_is_not_extended(seed: int) -> None:
    *_, found = beam_search(Row(), Chain(seed), 5)
    assert found and not any(END in beam.ids[:-1] for beam in found)
