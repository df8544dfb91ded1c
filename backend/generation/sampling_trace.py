"""One choice of a token step by step: logits, each processor, the bar to draw from, the draw."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from backend.generation.logits_processors import processors_for
from backend.generation.request import GenerationRequest
from backend.generation.sampling import place_on_bar

FOLLOWED_TOKENS = 12  # shown at each step
BAR_TOKENS = 40  # with an interval of their own on the bar; the others share its end


@dataclass(frozen=True)
class TraceStep:
    """Logits and probabilities of the followed tokens after one step; None where excluded."""

    name: str  # "logits", or the name of a processor
    logits: tuple[float | None, ...]
    probabilities: tuple[float, ...]
    kept: int  # tokens of the vocabulary that are still possible
    cut_mass: float  # probability, before this step, of the tokens that it excluded


@dataclass(frozen=True)
class Interval:
    """A token's part of the bar from 0 to 1."""

    id: int
    start: float
    length: float


@dataclass(frozen=True)
class SamplingTrace:
    """A choice from the model's logits to the token."""

    token_id: int
    followed: tuple[int, ...]  # the most probable by the model alone, and always the chosen token
    steps: tuple[TraceStep, ...]
    bar: tuple[Interval, ...]  # the most probable first; beyond BAR_TOKENS they are left out
    drawn_at: float | None  # place on the bar; None: the most probable token was taken


@torch.inference_mode()
def trace_sampling(
    token_id: int,
    logits: Tensor,
    ids: Tensor,
    request: GenerationRequest,
    within: float | None,
) -> SamplingTrace:
    """How one token was chosen; logits [vocabulary] by the model after `ids` [length]."""
    followed = _followed(logits, token_id)
    now, steps = logits[None], [_step("logits", logits, logits, followed)]
    for name, processor in processors_for(request, ids[None]).items():
        before, now = now, processor(now)
        steps.append(_step(name, now[0], before[0], followed))
    bar = _bar(now[0].softmax(-1), token_id)
    chosen = next(interval for interval in bar if interval.id == token_id)
    place = None if within is None else place_on_bar(within, chosen.start, chosen.length)
    return SamplingTrace(token_id, tuple(followed), tuple(steps), tuple(bar), place)


def _followed(logits: Tensor, token_id: int) -> list[int]:
    top: list[int] = logits.topk(min(FOLLOWED_TOKENS, len(logits))).indices.tolist()
    return top if token_id in top else [*top[:-1], token_id]


def _step(name: str, now: Tensor, before: Tensor, followed: list[int]) -> TraceStep:
    probabilities, possible = now.softmax(-1), now.isfinite()
    lost = before.softmax(-1)[~possible & before.isfinite()]
    values = now[followed].tolist()
    return TraceStep(
        name,
        tuple(None if value == float("-inf") else value for value in values),
        tuple(probabilities[followed].tolist()),
        int(possible.sum()),
        float(lost.sum()),
    )


def _bar(probabilities: Tensor, token_id: int) -> list[Interval]:
    """Intervals of the most probable tokens, and of `token_id` whatever its rank."""
    ordered, order = probabilities.double().sort(descending=True, stable=True)
    starts = ordered.cumsum(0) - ordered
    rank = int((order == token_id).nonzero()[0, 0])
    shown = [*range(min(BAR_TOKENS, int((ordered > 0).sum())))]
    ranks = shown if rank in shown else [*shown, rank]
    return [Interval(int(order[i]), float(starts[i]), float(ordered[i])) for i in ranks]
