"""Beam search over any model that scores next tokens: keep the `width` most probable sequences
instead of the single most probable token.

The same beams as transformers' `generate(num_beams=width)` with `length_penalty=1` and
`early_stopping=False`: finished sequences are ranked by their mean log-probability per token.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol, TypeVar

import torch
from torch import Tensor


class Beam(Protocol):
    """A sequence under construction; each task brings its own type."""

    @property
    def score(self) -> float:
        """Sum of the log-probabilities that the search ranks by, in nats."""

    @property
    def mean_score(self) -> float:
        """`score` divided by the number of generated tokens, the end token included."""

    @property
    def ended(self) -> bool:
        """Whether it ended with an end token, or is as long as it may be."""


B = TypeVar("B", bound=Beam)


class Continuations(Protocol[B]):
    """How a task's beams are continued."""

    def next_scores(self, beams: Sequence[B]) -> Tensor:
        """Log-probabilities [beams, vocabulary] of the next token; -inf for one that is ruled out.

        `beams` are the sequences returned by `extend` that survived the last step, best first.
        """

    def extend(self, beams: Sequence[B], row: int, token: int) -> B:
        """`beams[row]`, as given to the last `next_scores`, with one more token."""


def beam_search(
    start: B, continuations: Continuations[B], width: int, end_tokens: int = 1
) -> Iterator[list[B]]:
    """The best `width` beams so far, best first, after each token; the last list is the result.

    `end_tokens` is the number of tokens that end a sequence: enough candidates are considered that
    `width` of them can continue even if each beam ends in each of those ways.
    """
    running, finished = [start], list[B]()
    while running:
        candidates = _best_extensions(running, continuations, width * (end_tokens + 1))
        running, ended = _split(candidates, width)
        finished = sorted([*finished, *ended], key=lambda beam: -beam.mean_score)[:width]
        yield [*finished, *running][:width]
        if running and _is_settled(finished, running, width):
            break
    yield finished


def _best_extensions(running: Sequence[B], continuations: Continuations[B], count: int) -> list[B]:
    """The `count` best sequences that are one token longer, best first."""
    scores = continuations.next_scores(running)
    totals = scores + torch.tensor([[beam.score] for beam in running], device=scores.device)
    top = totals.flatten().topk(min(count, totals.numel()))
    possible = top.indices[top.values > -torch.inf].tolist()
    return [continuations.extend(running, *divmod(flat, totals.shape[1])) for flat in possible]


def _split(candidates: Sequence[B], width: int) -> tuple[list[B], list[B]]:
    """The best `width` candidates that continue, and the finished ones among the best `width`."""
    running = [beam for beam in candidates if not beam.ended][:width]
    return running, [beam for beam in candidates[:width] if beam.ended]


def _is_settled(finished: Sequence[Beam], running: Sequence[Beam], width: int) -> bool:
    """Whether no running beam beats the worst finished one."""
    return len(finished) == width and finished[-1].mean_score >= running[0].mean_score
