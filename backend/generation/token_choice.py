"""One token of a text: its probability, its rank, and the alternatives to it.

Two probabilities are given, each over the whole vocabulary: `probability`, from the model's own
logits, and `sampling_probability`, from the distribution that the token was sampled from, after
all logits processors (in greedy decoding its most probable token is taken).
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
    """A token that could have stood at the same place."""

    id: int
    probability: float
    sampling_probability: float


@dataclass(frozen=True)
class TokenChoice:
    """A token and the alternatives to it."""

    id: int
    logprob: float  # ln of `probability`, in nats
    sampling_probability: float
    rank: int  # 1: the most probable one by the model alone
    entropy: float  # of the model's distribution, in bits; 0 where only one token is possible
    alternatives: tuple[Alternative, ...]  # the ALTERNATIVES most probable ones by the model alone
    rest: float  # probability of all tokens that are not among `alternatives`

    @property
    def probability(self) -> float:
        return math.exp(self.logprob)


@torch.inference_mode()
def token_choice(token_id: int, logits: Tensor, processed: Tensor) -> TokenChoice:
    """Describe one choice; logits [vocabulary] as the model gave them, and as processed."""
    logprobs = logits - logits.logsumexp(-1)
    probabilities = logprobs.exp()
    top = probabilities.topk(min(ALTERNATIVES, len(probabilities)))
    looked_up = torch.cat([top.indices, top.indices.new_tensor([token_id])])
    *theirs, own = (processed[looked_up] - processed.logsumexp(-1)).exp().tolist()
    shares = top.values.tolist()
    return TokenChoice(
        id=token_id,
        logprob=float(logprobs[token_id]),
        sampling_probability=own,
        rank=1 + int((logits > logits[token_id]).sum()),
        entropy=max(0.0, -float(probabilities @ logprobs) / math.log(2)),
        alternatives=tuple(map(Alternative, top.indices.tolist(), shares, theirs)),
        rest=max(0.0, 1.0 - sum(shares)),
    )


def perplexity(choices: Sequence[TokenChoice]) -> float:
    """exp of the mean negative log-probability: the number of equally probable tokens among which
    the model would be as uncertain. NaN for no choices."""
    if not choices:
        return math.nan
    return math.exp(-sum(choice.logprob for choice in choices) / len(choices))
