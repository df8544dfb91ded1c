"""Beam search: not the likeliest token each time, but the likeliest texts.

The same beams as `model.generate(num_beams=width)` with length_penalty 1 and early_stopping off:
each step keeps the `width` likeliest texts that have not ended; those that have are ranked by their
mean log-probability. As there, the repetition penalty works on log-probabilities.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from backend.generation.decoding import read_prompt
from backend.generation.logits_processors import penalise
from backend.generation.request import GenerationRequest
from backend.jobs import Job
from backend.models.language_model import LanguageModel


@dataclass(frozen=True)
class Beam:
    """A text that may win: its tokens, the sum that is searched by, and what the model alone makes
    of it (they differ where repetition is penalised)."""

    ids: tuple[int, ...] = ()
    score: float = 0.0
    nats: float = 0.0  # -ln of the text's probability
    row: int = 0  # of the reader's cache, which it goes on from
    ended: bool = False

    @property
    def mean(self) -> float:
        return self.score / max(1, len(self.ids))


def beam_search(
    lm: LanguageModel, prompt_ids: list[int], request: GenerationRequest, width: int, job: Job
) -> Iterator[list[Beam] | None]:
    """The best `width` beams so far, best first, after each token; the last list is the result.
    None before them for each piece of a long prompt."""
    reader = lm.reader()
    logits = yield from read_prompt(reader, prompt_ids, job)
    running, finished = [Beam()], list[Beam]()
    for length in range(1, request.max_new_tokens + 1):
        job.check()
        stops = None if length == request.max_new_tokens else lm.stop_ids
        candidates = _longer(logits, prompt_ids, running, request, width * (len(lm.stop_ids) + 1))
        running, ended = _sort_out(candidates, stops, width)
        finished = sorted([*finished, *ended], key=lambda beam: -beam.mean)[:width]
        yield [*finished, *running][:width]
        if not running or _is_settled(finished, running, width):
            break
        tokens = torch.tensor([beam.ids[-1:] for beam in running], device=reader.device)
        logits = reader.read(tokens, rows=[beam.row for beam in running])[:, -1]
    yield finished


def _longer(
    logits: Tensor,
    prompt: list[int],
    running: Sequence[Beam],
    request: GenerationRequest,
    most: int,
) -> list[Beam]:
    """The `most` best texts of one token more; logits [beams, vocabulary]."""
    likely = logits.log_softmax(-1)
    ids = torch.tensor([[*prompt, *beam.ids] for beam in running], device=logits.device)
    judged = penalise(likely, ids, request.repetition_penalty)
    totals = judged + torch.tensor([[beam.score] for beam in running], device=logits.device)
    top = totals.flatten().topk(min(most, totals.numel()))
    found = []
    for score, flat in zip(top.values.tolist(), top.indices.tolist(), strict=True):
        row, token = divmod(flat, totals.shape[1])
        beam = running[row]
        nats = beam.nats - float(likely[row, token])
        found.append(Beam((*beam.ids, token), score, nats, row))
    return found


def _sort_out(
    candidates: Sequence[Beam], stops: frozenset[int] | None, width: int
) -> tuple[list[Beam], list[Beam]]:
    """The best that go on, and those that have ended, which only the best `width` may.

    `stops` are the tokens that end a text; None: there is no room for more.
    """
    going, ended = list[Beam](), list[Beam]()
    for place, beam in enumerate(candidates):
        if stops is not None and beam.ids[-1] not in stops:
            going.append(beam)
        elif place < width:
            ended.append(Beam(beam.ids, beam.score, beam.nats, beam.row, ended=True))
    return going[:width], ended


def _is_settled(finished: Sequence[Beam], running: Sequence[Beam], width: int) -> bool:
    """Whether no beam that goes on is better than the worst that has ended."""
    return len(finished) == width and finished[-1].mean >= running[0].mean
