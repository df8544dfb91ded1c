"""For which pictures the opinion on drawings counts, by what is found, and which are drawings."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from training.familiarity import FADES, Asked, best, edge_of, found_in, of

NEAR, FAR = 1.0, 2.2  # distances


class Adding:
    """Adds opinions as a tower does whose classes have nothing in common."""

    def weighed(self, drawn: Tensor, drawings: Tensor, classes: Tensor) -> Tensor:
        return drawn * drawings + classes


def asked(distance: float, *, drawings_are_right: bool) -> Asked:
    """Eight pictures at a distance; one opinion is right, the other names the next concept. That on
    drawings is the louder one."""
    right, wrong = torch.eye(8), torch.eye(8).roll(1, 0)
    opinions = (right, 0.8 * wrong) if drawings_are_right else (wrong, 0.8 * right)
    standard, seen = torch.full((8, 16), distance**0.5), torch.stack([*opinions, torch.zeros(8, 8)])
    return Asked(standard, seen, Adding(), list("abcdefgh"), (right,))


def test_it_lies_between_what_the_opinion_on_drawings_helps_and_what_it_spoils():
    drawings, photographs = (
        asked(NEAR, drawings_are_right=True),
        asked(FAR, drawings_are_right=False),
    )
    made = best([drawings, photographs])
    assert NEAR < made.farthest.item() < FAR and made.fade.item() == pytest.approx(FADES[0])
    assert found_in([drawings, photographs], made) == 1
    assert found_in([photographs], of(100.0, 1.0)) < 1


def test_the_edge_is_the_least_step_that_all_drawings_lie_within():
    drawn = torch.linspace(0.5, 1.33, 100).sqrt().unsqueeze(1).expand(-1, 16)
    assert edge_of(drawn) == 1.4


def test_an_edge_farther_than_all_steps_is_refused():
    with pytest.raises(ValueError, match=r"not all drawings lie within 2.0"):
        edge_of(torch.full((3, 16), 2.0))
