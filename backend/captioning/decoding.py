"""Greedy decoding, beam search and sampling over any caption model, one token at a time.

Written here rather than left to transformers' `generate`, so that every step can be shown and
stopped; the tests hold both to the same captions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from backend.captioning.caption_model import CaptionModel
from backend.captioning.request import CaptionRequest
from backend.models.beam_search import beam_search

ALTERNATIVES = 5  # tokens shown for each place


@dataclass(frozen=True)
class Token:
    """One token of a caption."""

    id: int
    logprob: float
    alternatives: tuple[tuple[int, float], ...]  # the likeliest tokens here: (id, logprob)
    given: bool = False  # chosen by the visitor, not by the model


@dataclass(frozen=True)
class Hypothesis:
    """A caption so far."""

    tokens: tuple[Token, ...] = ()
    score: float = 0.0  # log-probability of what the model chose, the end token included
    chosen: int = 0  # tokens that the model chose, the end token included
    ended: bool = False

    def ids(self, start: Sequence[int]) -> list[int]:
        return [*start, *(token.id for token in self.tokens)]

    @property
    def mean_score(self) -> float:
        """Log-probability per chosen token: what finished beams are ranked by."""
        return self.score / max(1, self.chosen)


Hypotheses = list[Hypothesis]


def decode(
    model: CaptionModel, encoded: Any, request: CaptionRequest, check: Callable[[], None]
) -> Iterator[Hypotheses]:
    """The captions as they grow, best first; the last list is the answer.

    `check` is called before each step, and raises where the run has to end.
    """
    prefix = [*model.tokenize(request.prefix), *request.prefix_tokens]
    begun = _given(model, encoded, prefix[: model.max_tokens(request.length) - 1], check)
    if begun.ended:
        yield [begun]
        return
    strategies = {"greedy": _greedy, "beam": _beam, "sample": _sample}
    yield from strategies[request.strategy](_Decoder(model, encoded, request, check), begun)


class _Decoder:
    """One model, picture and request; the same steps for all strategies."""

    def __init__(
        self, model: CaptionModel, encoded: Any, request: CaptionRequest, check: Callable[[], None]
    ) -> None:
        self.request = request
        self._model, self._encoded, self._check = model, encoded, check
        self._logprobs = torch.empty(0, 0)  # [beams, V], of the last `next_scores`

    def next_scores(self, beams: Sequence[Hypothesis]) -> Tensor:
        """Log-probabilities [B, V]; before the least length the end has none. As in transformers,
        the others are not renormalised."""
        self._check()
        lines = [beam.ids(self._model.start) for beam in beams]
        self._logprobs = self._model.next_logprobs(self._encoded, lines)
        if len(beams[0].tokens) < self._model.min_tokens(self.request.length):
            self._logprobs = self._logprobs.clone()
            self._logprobs[:, self._model.end] = -torch.inf
        return self._logprobs

    def extend(self, beams: Sequence[Hypothesis], row: int, token: int) -> Hypothesis:
        """`beams[row]`, as given to the last `next_scores`, with one more token, or ended."""
        longer = _extended(self._model, beams[row], self._logprobs[row], token)
        full = len(longer.tokens) >= self._model.max_tokens(self.request.length)
        return replace(longer, ended=longer.ended or full)


def _given(
    model: CaptionModel, encoded: Any, prefix: list[int], check: Callable[[], None]
) -> Hypothesis:
    """The visitor's own beginning, with the log-probabilities that the model gives it."""
    begun = Hypothesis()
    for token in prefix:
        check()
        logprobs = model.next_logprobs(encoded, [begun.ids(model.start)])[0]
        longer = _extended(model, begun, logprobs, token)
        if longer.ended:
            return replace(longer, score=0.0, chosen=0)
        begun = Hypothesis((*longer.tokens[:-1], replace(longer.tokens[-1], given=True)))
    return begun


def _extended(
    model: CaptionModel, hypothesis: Hypothesis, logprobs: Tensor, token: int
) -> Hypothesis:
    logprob = float(logprobs[token])
    score, chosen = hypothesis.score + logprob, hypothesis.chosen + 1
    if token == model.end:
        return replace(hypothesis, score=score, chosen=chosen, ended=True)
    top = logprobs.topk(min(ALTERNATIVES, len(logprobs)))
    alternatives = tuple(zip(top.indices.tolist(), top.values.tolist(), strict=True))
    return Hypothesis((*hypothesis.tokens, Token(token, logprob, alternatives)), score, chosen)


def _greedy(decoder: _Decoder, begun: Hypothesis) -> Iterator[Hypotheses]:
    """Always the likeliest token."""
    while not begun.ended:
        scores = decoder.next_scores([begun])[0]
        begun = decoder.extend([begun], 0, int(scores.argmax()))
        yield [begun]


def _sample(decoder: _Decoder, begun: Hypothesis) -> Iterator[Hypotheses]:
    """Several captions side by side, drawn with temperature and top-p (nucleus, Holtzman 2020)."""
    from transformers import TemperatureLogitsWarper, TopPLogitsWarper

    request = decoder.request
    generator = torch.Generator().manual_seed(request.seed)
    temperature = TemperatureLogitsWarper(request.temperature)
    top_p = TopPLogitsWarper(request.top_p)
    samples = [begun] * request.candidates
    while open_ones := [number for number, one in enumerate(samples) if not one.ended]:
        running = [samples[number] for number in open_ones]
        scores = top_p(None, temperature(None, decoder.next_scores(running)))
        drawn = torch.multinomial(scores.softmax(-1), 1, generator=generator)[:, 0].tolist()
        for row, (number, token) in enumerate(zip(open_ones, drawn, strict=True)):
            samples[number] = decoder.extend(running, row, token)
        yield list(samples)
    yield sorted(samples, key=lambda one: -one.score)


def _beam(decoder: _Decoder, begun: Hypothesis) -> Iterator[Hypotheses]:
    """The `candidates` likeliest captions by mean log-probability."""
    return beam_search(begun, decoder, decoder.request.candidates)
