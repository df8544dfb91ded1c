"""Samples merged into one tree, and what another temperature would make of it.

Where two or more rows share a prefix its logits were kept: there the probability of each token is
known exactly at every temperature, after all other settings. The probability of a branch is the
product over such tokens; where a single row continues, it is that of its first token.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch

from backend.generation.batched_sampling import Batch, Prefix
from backend.generation.logits_processors import process
from backend.generation.request import GenerationRequest
from backend.generation.results import TEMPERATURES, Branch, Probabilities
from backend.parts import Parts

ProbabilityOf = Callable[[Prefix, int], Probabilities]  # of a token after a shared prefix


def merge(batch: Batch, probability_of: ProbabilityOf | None = None) -> Branch:
    """The tree of all rows; without `probability_of` its branches have no probabilities."""
    rows = tuple(range(len(batch.rows)))
    split = _split(batch, (), rows)
    return Branch((), rows, tuple(_branch(batch, (), *part, probability_of) for part in split))


def _split(
    batch: Batch, prefix: Prefix, rows: tuple[int, ...]
) -> list[tuple[int, tuple[int, ...]]]:
    """The tokens that follow `prefix`, each with its rows; the most frequent first."""
    following: dict[int, list[int]] = {}
    for row in rows:
        if len(batch.rows[row]) > len(prefix):
            following.setdefault(batch.rows[row][len(prefix)], []).append(row)
    ranked = sorted(following.items(), key=lambda item: -len(item[1]))
    return [(token, tuple(some)) for token, some in ranked]


def _branch(
    batch: Batch,
    prefix: Prefix,
    token: int,
    rows: tuple[int, ...],
    probability_of: ProbabilityOf | None,
) -> Branch:
    """The branch that begins with `token` after `prefix`; it lasts while its rows agree."""
    start, known = len(prefix), list[Probabilities]()
    while True:
        if probability_of and prefix in batch.shared:
            known.append(probability_of(prefix, token))
        prefix = (*prefix, token)
        split = _split(batch, prefix, rows)
        if len(split) != 1 or split[0][1] != rows:
            break
        token = split[0][0]
    branches = tuple(_branch(batch, prefix, *part, probability_of) for part in split)
    return Branch(prefix[start:], rows, branches, _product(known))


def _product(known: list[Probabilities]) -> Probabilities:
    return tuple(torch.tensor(known, dtype=torch.float64).prod(0).tolist()) if known else ()


class TemperatureGrid:
    """The probability of a token after a shared prefix, at each of TEMPERATURES. Each prefix is
    computed once, for all tokens that follow it; `check` may raise before each."""

    def __init__(
        self,
        batch: Batch,
        prompt_ids: list[int],
        request: GenerationRequest,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        self._batch, self._prompt, self._check = batch, prompt_ids, check
        self._requests = [
            replace(request, strategy="sampling", temperature=value) for value in TEMPERATURES
        ]
        self._known: dict[Prefix, dict[int, Probabilities]] = {}

    def __call__(self, prefix: Prefix, token: int) -> Probabilities:
        """Once `fill` has been through."""
        return self._known[prefix][token]

    def fill(self) -> Parts[None]:
        """Compute them: one shared prefix in each part."""
        for prefix in self._batch.shared:
            self._check()
            self._known[prefix] = self._compute(prefix)
            yield

    @torch.inference_mode()
    def _compute(self, prefix: Prefix) -> dict[int, Probabilities]:
        length, logits = len(prefix), self._batch.shared[prefix][None]
        rows = (
            row for row in self._batch.rows if len(row) > length and tuple(row[:length]) == prefix
        )
        tokens = list({row[length]: None for row in rows})
        ids = torch.tensor([[*self._prompt, *prefix]])
        columns = [
            process(logits, request, ids).softmax(-1)[0, tokens].tolist()
            for request in self._requests
        ]
        return dict(zip(tokens, zip(*columns, strict=True), strict=True))
