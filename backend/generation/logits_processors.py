"""From logits to the distribution that is drawn from, one step at a time.

Each function takes logits [rows, vocabulary], float32, and gives logits back, with -inf for what
was cut. The rules and their order are those of transformers' `generate`; tests hold each against
transformers' own processor.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from backend.generation.request import GenerationRequest

Warper = Callable[[Tensor], Tensor]
CUT = float("-inf")


def warpers(request: GenerationRequest, ids: Tensor) -> dict[str, Warper]:
    """The steps of this request by name, in order; `ids` [rows, length] is all text so far."""
    steps: dict[str, Warper] = {}
    if request.repetition_penalty != 1.0:
        steps["penalty"] = lambda logits: penalise(logits, ids, request.repetition_penalty)
    if not request.samples:
        return steps
    if request.temperature != 1.0:
        steps["temperature"] = lambda logits: logits / request.temperature
    if request.top_k:
        steps["top_k"] = lambda logits: keep_top_k(logits, request.top_k)
    if request.top_p < 1.0:
        steps["top_p"] = lambda logits: keep_top_p(logits, request.top_p)
    if request.min_p:
        steps["min_p"] = lambda logits: keep_min_p(logits, request.min_p)
    return steps


def warp(logits: Tensor, steps: dict[str, Warper]) -> Tensor:
    """`logits` after all steps."""
    for step in steps.values():
        logits = step(logits)
    return logits


def penalise(logits: Tensor, ids: Tensor, penalty: float) -> Tensor:
    """Tokens that the text already has become less likely (Keskar et al. 2019): positive logits
    are divided by `penalty`, negative ones multiplied."""
    seen = logits.gather(1, ids)
    less = torch.where(seen < 0, seen * penalty, seen / penalty)
    return logits.scatter(1, ids, less)


def keep_top_k(logits: Tensor, k: int) -> Tensor:
    """The k likeliest stay, and whatever is as likely as the last of them (Fan et al. 2018)."""
    least = logits.topk(min(k, logits.shape[1])).values[:, -1:]
    return logits.masked_fill(logits < least, CUT)


def keep_top_p(logits: Tensor, p: float) -> Tensor:
    """The likeliest stay whose probabilities together first reach p, the one that crosses it
    included (Holtzman et al. 2020)."""
    ordered, order = _ascending(logits)
    cut = ordered.softmax(-1).cumsum(-1) <= 1 - p
    cut[:, -1] = False
    is_cut = torch.zeros_like(logits, dtype=torch.bool).scatter(1, order, cut)
    return logits.masked_fill(is_cut, CUT)


def _ascending(logits: Tensor) -> tuple[Tensor, Tensor]:
    """Logits and their places, the least likely first; after top-k, of the few that it left."""
    possible = int(logits.isfinite().sum(-1).max())
    if possible == logits.shape[1]:
        return logits.sort()
    values, places = logits.topk(possible)
    return values.flip(-1), places.flip(-1)


def keep_min_p(logits: Tensor, share: float) -> Tensor:
    """Tokens stay that are at least `share` times as likely as the likeliest (Nguyen et al.
    2024)."""
    probabilities = logits.softmax(-1)
    cut = probabilities < share * probabilities.amax(-1, keepdim=True)
    cut.scatter_(1, logits.argmax(-1, keepdim=True), False)
    return logits.masked_fill(cut, CUT)
