"""Draws merged into one tree, whose branches are as thick as their share; and what another
temperature would make of it.

Where two rows or more stand at one place its logits were kept: there the chance of each token is
known exactly, at every temperature of a grid, after all the other settings. The chance of a branch
is the product along such tokens; where one row goes on alone, it is that of its first token.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch

from backend.generation.batched_sampling import Draws, Place
from backend.generation.logits_processors import warp, warpers
from backend.generation.request import GenerationRequest
from backend.generation.results import TEMPERATURES

Chances = tuple[float, ...]  # one for each of TEMPERATURES


@dataclass(frozen=True)
class Branch:
    """Tokens that the same rows drew one after another, and what some of them drew then."""

    ids: tuple[int, ...]  # () at the root
    rows: tuple[int, ...]
    branches: tuple[Branch, ...]  # the thickest first
    chances: Chances = ()  # of its tokens at shared places, after those before; () not known


def merge(draws: Draws, chance: Callable[[Place, int], Chances] | None = None) -> Branch:
    """The tree of all rows. `chance` tells that of a token at a shared place."""
    rows = tuple(range(len(draws.rows)))
    parted = _parted(draws, (), rows)
    return Branch((), rows, tuple(_branch(draws, (), *part, chance) for part in parted))


def _parted(draws: Draws, place: Place, rows: tuple[int, ...]) -> list[tuple[int, tuple[int, ...]]]:
    """The tokens that come at `place`, each with the rows that drew it; the most drawn first."""
    following: dict[int, list[int]] = {}
    for row in rows:
        if len(draws.rows[row]) > len(place):
            following.setdefault(draws.rows[row][len(place)], []).append(row)
    ranked = sorted(following.items(), key=lambda item: -len(item[1]))
    return [(token, tuple(some)) for token, some in ranked]


def _branch(
    draws: Draws,
    place: Place,
    token: int,
    rows: tuple[int, ...],
    chance: Callable[[Place, int], Chances] | None,
) -> Branch:
    """The branch that begins with `token` after `place`; it lasts while its rows agree."""
    start, known = len(place), list[Chances]()
    while True:
        if chance and place in draws.shared:
            known.append(chance(place, token))
        place = (*place, token)
        parted = _parted(draws, place, rows)
        if len(parted) != 1 or parted[0][1] != rows:
            break
        token = parted[0][0]
    grown = tuple(_branch(draws, place, *part, chance) for part in parted)
    return Branch(place[start:], rows, grown, _product(known))


def _product(known: list[Chances]) -> Chances:
    return tuple(torch.tensor(known, dtype=torch.float64).prod(0).tolist()) if known else ()


class Tempered:
    """The chance of a token at a shared place, at every temperature of the grid."""

    def __init__(
        self,
        draws: Draws,
        prompt_ids: list[int],
        request: GenerationRequest,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        self._draws, self._prompt, self._check = draws, prompt_ids, check
        self._requests = [
            replace(request, strategy="sampling", temperature=value) for value in TEMPERATURES
        ]
        self._known: dict[Place, dict[int, Chances]] = {}

    def __call__(self, place: Place, token: int) -> Chances:
        """Each place is reckoned once, for all tokens that were drawn there; `check` may raise."""
        if place not in self._known:
            self._check()
            self._known[place] = self._reckoned(place)
        return self._known[place][token]

    @torch.inference_mode()
    def _reckoned(self, place: Place) -> dict[int, Chances]:
        here, logits = len(place), self._draws.shared[place][None]
        rows = (row for row in self._draws.rows if len(row) > here and tuple(row[:here]) == place)
        tokens = list({row[here]: None for row in rows})
        ids = torch.tensor([[*self._prompt, *place]])
        columns = [
            warp(logits, warpers(request, ids)).softmax(-1)[0, tokens].tolist()
            for request in self._requests
        ]
        return dict(zip(tokens, zip(*columns, strict=True), strict=True))
