"""Sampling a token, in a form that can be shown.

torch samples by a race (`torch.multinomial` for one draw): each token gets a waiting time E / p,
with E from the exponential distribution, and the shortest wins; a token of probability p wins with
probability p. The winner's time T is itself exponential and independent of who won, so
1 - exp(-T) is a uniform number. It places the draw on a bar on which every token has an interval as
long as its probability: see `place_on_bar`. The race is run here exactly as torch runs it, so that
a seed gives the same tokens as `model.generate`.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor


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
    waits = torch.empty_like(probabilities).exponential_(1, generator=generator)
    token = (probabilities / waits).argmax(dim=-1, keepdim=True)
    wait, probability = (part.gather(1, token).cpu().double() for part in (waits, probabilities))
    return token, -torch.expm1(-wait / probability)  # on the CPU: not every GPU has float64


def skip_draw(logits: Tensor, generator: torch.Generator) -> None:
    """Advance the generator as one `sample_token` from logits of this shape would."""
    torch.empty_like(logits).exponential_(1, generator=generator)


def place_on_bar(within: float, start: float, length: float) -> float:
    """The place on the whole bar, from 0 to 1, of a draw inside the interval from `start`."""
    return start + length * (within if math.isfinite(within) else 1.0)
