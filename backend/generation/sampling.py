"""The random draw, in a form that can be shown.

torch draws by a race (`torch.multinomial` for one draw): each token gets a waiting time
E / p, with E from the exponential distribution, and the shortest wins; a token of probability p
wins with probability p. The winner's time T is exponential too and says nothing about who won, so
1 - exp(-T) is a uniform number, and puts the draw at one place of the bar on which every token is
as long as it is likely: see `at`. The race is run here as torch runs it, so that a seed gives the
tokens that it gives `model.generate`.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor


@torch.inference_mode()
def draw(warped: Tensor, generator: torch.Generator | None) -> tuple[Tensor, Tensor | None]:
    """The next token of each row, (rows, 1), and where in the token's own stretch of the bar the
    draw fell, (rows, 1): 0 its start, 1 its end. Without a generator: the likeliest, and None.
    """
    if generator is None:
        return warped.argmax(dim=-1, keepdim=True), None
    probabilities = warped.softmax(dim=-1)
    waits = torch.empty_like(probabilities).exponential_(1, generator=generator)
    token = (probabilities / waits).argmax(dim=-1, keepdim=True)
    wait, likely = (part.gather(1, token).cpu().double() for part in (waits, probabilities))
    return token, -torch.expm1(-wait / likely)  # on the CPU: not every GPU has float64


def pass_by(logits: Tensor, generator: torch.Generator) -> None:
    """Leave out the random numbers of one draw from as many logits."""
    torch.empty_like(logits).exponential_(1, generator=generator)


def at(within: float, start: float, length: float) -> float:
    """The place on the whole bar, from 0 to 1, of a draw inside the stretch from `start`."""
    return start + length * (within if math.isfinite(within) else 1.0)
