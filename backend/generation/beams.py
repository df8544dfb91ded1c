"""Beam search with a language model: prompt, repetition penalty and end tokens as in decoding.

As in transformers, the repetition penalty applies to log-probabilities here, not to logits.
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
from backend.models.beam_search import beam_search
from backend.models.language_model import LanguageModel
from backend.models.reader import CausalReader


@dataclass(frozen=True)
class TextBeam:
    """A candidate text. `score` ranks it; `logprob` is what the model alone gives it. They differ
    where repetition is penalised."""

    ids: tuple[int, ...] = ()
    score: float = 0.0
    logprob: float = 0.0
    row: int = 0  # of the reader's cache, which holds the text before the last token
    ended: bool = False

    @property
    def mean_score(self) -> float:
        return self.score / max(1, len(self.ids))


def search_texts(
    lm: LanguageModel, prompt_ids: list[int], request: GenerationRequest, width: int, job: Job
) -> Iterator[list[TextBeam] | None]:
    """The best `width` continuations so far, best first, after each token; the last list is the
    result. None for each chunk of a long prompt, before the first token."""
    reader = lm.reader()
    logits = yield from read_prompt(reader, prompt_ids, job)
    texts = _Texts(lm, reader, prompt_ids, request, job, logits)
    yield from beam_search(TextBeam(), texts, width, len(lm.stop_ids))


class _Texts:
    """Scores and extends the beams; the reader's rows follow them."""

    def __init__(
        self,
        lm: LanguageModel,
        reader: CausalReader,
        prompt_ids: list[int],
        request: GenerationRequest,
        job: Job,
        logits: Tensor,
    ) -> None:
        self._stop_ids, self._reader, self._prompt = lm.stop_ids, reader, prompt_ids
        self._request, self._job = request, job
        self._logprobs = logits.log_softmax(-1)  # [beams, vocabulary]
        self._scores = self._logprobs

    def next_scores(self, beams: Sequence[TextBeam]) -> Tensor:
        """Raises Cancelled or DeadlineExceeded."""
        self._job.check()
        device = self._reader.device
        if beams[0].ids:
            last = torch.tensor([beam.ids[-1:] for beam in beams], device=device)
            logits = self._reader.read(last, rows=[beam.row for beam in beams])[:, -1]
            self._logprobs = logits.log_softmax(-1)
        ids = torch.tensor([[*self._prompt, *beam.ids] for beam in beams], device=device)
        self._scores = penalise(self._logprobs, ids, self._request.repetition_penalty)
        return self._scores

    def extend(self, beams: Sequence[TextBeam], row: int, token: int) -> TextBeam:
        beam = beams[row]
        ids = (*beam.ids, token)
        return TextBeam(
            ids,
            beam.score + float(self._scores[row, token]),
            beam.logprob + float(self._logprobs[row, token]),
            row,
            ended=token in self._stop_ids or len(ids) == self._request.max_new_tokens,
        )
