"""Sampling a token, in a form that can be shown.

torch samples by a race (`torch.multinomial` for one draw): each token gets a waiting time E / p,
with E from the exponential distribution, and the shortest wins; a token of probability p wins with
probability p. The winner's time T is itself exponential and independent of who won, so
1 - exp(-T) is a uniform number. It places the draw on a bar on which every token has an interval as
long as its probability: see `place_on_bar`. The race is run here exactly as torch runs it, so that
a seed gives the same tokens as `model.generate`.
"""

from __future__ import annotations

import functools
import math

import torch
from torch import Tensor

FEW = 4  # of so many tokens at most one must be possible for the shorter way to sample


@torch.inference_mode()
def sample_token(
    processed: Tensor, generator: torch.Generator | None
) -> tuple[Tensor, Tensor | None]:
    """The next token of each row, [rows, 1], and where in the token's own interval of the bar the
    draw fell, [rows, 1]: 0 at its start, 1 at its end.

    `processed` are logits [rows, vocabulary] after all processors. Without a generator the most
    probable token is taken, and the second value is None.
    """
    if generator is None:
        return processed.argmax(dim=-1, keepdim=True), None
    probabilities = processed.softmax(dim=-1)
    if len(processed) == 1 and processed.device.type == "cpu" and _draws_are_of_64_bits():
        possible = (processed[0] > float("-inf")).nonzero()[:, 0]
        if len(possible) * FEW < processed.shape[1]:
            return _race_of_few(probabilities, possible, generator)
    waits = torch.empty_like(probabilities).exponential_(1, generator=generator)
    token = (probabilities / waits).argmax(dim=-1, keepdim=True)
    return token, _within(token, waits, probabilities)


def _within(token: Tensor, waits: Tensor, probabilities: Tensor) -> Tensor:
    wait, probability = (part.gather(1, token).cpu().double() for part in (waits, probabilities))
    return -torch.expm1(-wait / probability)  # on the CPU: not every GPU has float64


def _race_of_few(
    probabilities: Tensor, possible: Tensor, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """The same race [1, vocabulary] where only the tokens `possible` can win: what costs time is
    the logarithm in each exponential number, and only theirs are needed."""
    waits = _exponential(_bits(probabilities.shape[1], generator)[possible])[None]
    theirs = probabilities[:, possible]
    first = (theirs / waits).argmax(dim=-1, keepdim=True)
    return possible[first], _within(first, waits, theirs)


def _bits(count: int, generator: torch.Generator) -> Tensor:
    """The random bits that torch's CPU makes as many exponential numbers of, int64 [count]."""
    return torch.empty(count, dtype=torch.int64).random_(generator=generator)


def _exponential(bits: Tensor) -> Tensor:
    """As torch makes them: by the inverse of the distribution, from 53 bits, float32."""
    uniform = (bits & (2**53 - 1)).double() * 2.0**-53
    return -torch.log1p(-uniform).float()


@functools.cache
def _draws_are_of_64_bits() -> bool:
    """Whether this version of torch makes exponential numbers as `_exponential` does."""
    one, other = (torch.Generator().manual_seed(5) for _ in range(2))
    torchs = torch.empty(100).exponential_(1, generator=one)
    same = torch.equal(torchs, _exponential(_bits(100, other)))
    return same and torch.equal(one.get_state(), other.get_state())


def skip_draw(logits: Tensor, generator: torch.Generator) -> None:
    """Advance the generator as one `sample_token` from logits of this shape would."""
    if logits.device.type == "cpu" and _draws_are_of_64_bits():
        _bits(logits.numel(), generator)
        return
    torch.empty_like(logits).exponential_(1, generator=generator)


def place_on_bar(within: float, start: float, length: float) -> float:
    """The place on the whole bar, from 0 to 1, of a draw inside the interval from `start`."""
    return start + length * (within if math.isfinite(within) else 1.0)
