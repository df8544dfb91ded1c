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


@dataclass(frozen=True, slots=True)  # an answer has thousands
class Alternative:
    """A token that could have stood at the same place."""

    id: int
    probability: float
    sampling_probability: float


@dataclass(frozen=True, slots=True)
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


def token_choice(token_id: int, logits: Tensor, processed: Tensor) -> TokenChoice:
    """Describe one choice; logits [vocabulary] as the model gave them, and as processed."""
    return token_choices([token_id], logits[None], processed[None])[0]


@torch.inference_mode()
def token_choices(token_ids: Sequence[int], logits: Tensor, processed: Tensor) -> list[TokenChoice]:
    """Describe one choice in each row of logits [rows, vocabulary]."""
    chosen = torch.tensor(token_ids, device=logits.device)[:, None]
    logprobs = logits.log_softmax(-1)
    probabilities = logprobs.exp()
    top = logits.topk(min(ALTERNATIVES, logits.shape[-1])).indices
    looked_up = torch.cat([top, chosen], dim=1)
    columns = (
        top,
        probabilities.gather(1, top),
        processed.softmax(-1).gather(1, looked_up),
        logprobs.gather(1, chosen)[:, 0],
        1 + (logits > logits.gather(1, chosen)).sum(-1),
        -torch.linalg.vecdot(probabilities, logprobs) / math.log(2),
    )
    return [
        TokenChoice(
            id=token,
            logprob=logprob,
            sampling_probability=theirs[-1],
            rank=rank,
            entropy=max(0.0, entropy),
            alternatives=tuple(map(Alternative, ids, shares, theirs[:-1])),
            rest=max(0.0, 1.0 - sum(shares)),
        )
        for token, ids, shares, theirs, logprob, rank, entropy in zip(
            token_ids, *(column.tolist() for column in columns), strict=True
        )
    ]


def perplexity(choices: Sequence[TokenChoice]) -> float:
    """exp of the mean negative log-probability: the number of equally probable tokens among which
    the model would be as uncertain. NaN for no choices."""
    if not choices:
        return math.nan
    return math.exp(-sum(choice.logprob for choice in choices) / len(choices))
