"""One choice, step by step: logits, each warper, the bar that is drawn from, and the draw on it."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from backend.generation.logits_processors import warpers
from backend.generation.request import GenerationRequest
from backend.generation.sampling import at

SHOWN = 12  # tokens that are followed through the steps
STRETCHES = 40  # tokens of the bar that stand by themselves; the others share its end


@dataclass(frozen=True)
class Stage:
    """After one step: logits and probabilities of the followed tokens, None where cut."""

    name: str  # "logits", or a warper's
    logits: tuple[float | None, ...]
    probabilities: tuple[float, ...]
    kept: int  # tokens of the vocabulary that are still possible
    cut_mass: float  # probability, before this step, of what this step cut


@dataclass(frozen=True)
class Stretch:
    """A token's part of the bar from 0 to 1."""

    id: int
    start: float
    length: float


@dataclass(frozen=True)
class Steps:
    """A choice from the model's logits to the token."""

    token_id: int
    followed: tuple[int, ...]  # the likeliest by the model alone, and the token if it is not one
    stages: tuple[Stage, ...]
    bar: tuple[Stretch, ...]  # the likeliest first; what is longer than STRETCHES is left out
    drawn_at: float | None  # place on the bar; None: the likeliest was taken


@torch.inference_mode()
def steps(
    token_id: int,
    logits: Tensor,
    ids: Tensor,
    request: GenerationRequest,
    within: float | None,
) -> Steps:
    """What happened at one token; logits [vocabulary] by the model after `ids` [length]."""
    followed = _followed(logits, token_id)
    now, stages = logits[None], [_stage("logits", logits, logits, followed)]
    for name, warper in warpers(request, ids[None]).items():
        before, now = now, warper(now)
        stages.append(_stage(name, now[0], before[0], followed))
    bar = _bar(now[0].softmax(-1), token_id)
    drawn = next(stretch for stretch in bar if stretch.id == token_id)
    place = None if within is None else at(within, drawn.start, drawn.length)
    return Steps(token_id, tuple(followed), tuple(stages), tuple(bar), place)


def _followed(logits: Tensor, token_id: int) -> list[int]:
    top: list[int] = logits.topk(min(SHOWN, len(logits))).indices.tolist()
    return top if token_id in top else [*top[:-1], token_id]


def _stage(name: str, now: Tensor, before: Tensor, followed: list[int]) -> Stage:
    probabilities, possible = now.softmax(-1), now.isfinite()
    lost = before.softmax(-1)[~possible & before.isfinite()]
    values = now[followed].tolist()
    return Stage(
        name,
        tuple(None if value == float("-inf") else value for value in values),
        tuple(probabilities[followed].tolist()),
        int(possible.sum()),
        float(lost.sum()),
    )


def _bar(probabilities: Tensor, token_id: int) -> list[Stretch]:
    """Stretches of the likeliest tokens, and of `token_id` wherever it stands."""
    ordered, order = probabilities.double().sort(descending=True, stable=True)
    starts = ordered.cumsum(0) - ordered
    place = int((order == token_id).nonzero()[0, 0])
    shown = [*range(min(STRETCHES, int((ordered > 0).sum())))]
    places = shown if place in shown else [*shown, place]
    return [Stretch(int(order[i]), float(starts[i]), float(ordered[i])) for i in places]
