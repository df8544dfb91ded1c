"""Every token under glass: what the model held likely, what the settings made of it.

Probabilities are of the whole vocabulary: `before`, by the model alone; `after`, by the
distribution that the token was drawn from (for greedy, the likeliest of it was taken).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

ALTERNATIVES = 10


@dataclass(frozen=True)
class Alternative:
    """A token that could have come."""

    id: int
    before: float
    after: float


@dataclass(frozen=True)
class Choice:
    """One token of a text, and what stood beside it."""

    id: int
    nats: float  # -ln of `before`: the surprise
    after: float
    rank: int  # 1: the likeliest by the model alone
    entropy: float  # bits, of `before`: 0 where nothing else was possible
    alternatives: tuple[Alternative, ...]  # the likeliest ten by the model alone
    rest: float  # `before` of all others together

    @property
    def before(self) -> float:
        return math.exp(-self.nats)


@torch.inference_mode()
def choice(token_id: int, logits: Tensor, warped: Tensor) -> Choice:
    """Look at one choice; logits [vocabulary] by the model, and after the warpers."""
    log_before = logits - logits.logsumexp(-1)
    before = log_before.exp()
    top = before.topk(min(ALTERNATIVES, len(before)))
    looked_at = torch.cat([top.indices, top.indices.new_tensor([token_id])])
    *then, after = (warped[looked_at] - warped.logsumexp(-1)).exp().tolist()
    likely = top.values.tolist()
    return Choice(
        id=token_id,
        nats=-float(log_before[token_id]),
        after=after,
        rank=1 + int((logits > logits[token_id]).sum()),
        entropy=max(0.0, -float(before @ log_before) / math.log(2)),
        alternatives=tuple(map(Alternative, top.indices.tolist(), likely, then)),
        rest=max(0.0, 1.0 - sum(likely)),
    )


def perplexity(choices: Sequence[Choice]) -> float:
    """exp of the mean of -ln(before): how many equally likely tokens the model wavered among.

    NaN for no choices.
    """
    if not choices:
        return math.nan
    return math.exp(sum(seen.nats for seen in choices) / len(choices))
