"""Many samples of one prompt as a tree; greedy decoding and beam search beside it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from backend.generation.batched_sampling import Batch, check_size, sample_batch
from backend.generation.beams import TextBeam, search_texts
from backend.generation.continuation import DecodedToken
from backend.generation.decoding import decode
from backend.generation.prompt import Prompt, encode
from backend.generation.request import GenerationRequest
from backend.generation.results import Branch, Samples, ScoredText
from backend.generation.sample_tree import TemperatureGrid, merge
from backend.generation.token_choice import token_choice
from backend.jobs import keeping_what_is_done
from backend.languages import note
from backend.messages import Message, message
from backend.models.language_model import LanguageModel
from backend.stoppable import Figures

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

    from backend.run import Progress, Run, RunCard

BEAMS = 5
MAX_SAMPLE_TOKENS = 40  # of each sample
TextOf = Callable[[Sequence[int]], str]
Updates = Generator["Progress | Samples", None, None]


def sample_many(lm: LanguageModel, run: Run, request: GenerationRequest) -> Updates:
    """Stream `request.draws` samples as they grow; then greedy decoding and beams beside them.

    Stopped or out of time with some tokens sampled, it ends there with what there is.
    """
    request = replace(request, max_new_tokens=min(request.max_new_tokens, MAX_SAMPLE_TOKENS))
    yield run.progress(message("reading"))
    sampling = _Sampling(lm, request, encode(lm, request), run)
    check_size(len(sampling.prompt.ids), request.draws, request.max_new_tokens)
    with keeping_what_is_done(lambda: sampling.last is not None) as ending:
        yield from sampling.sample()
        yield from sampling.finish()
    if sampling.last and ending.finished != "end":
        card = sampling.card(ending.finished)
        yield replace(sampling.last, finished=ending.finished, card=card)


@dataclass
class _Sampling:
    """One request being sampled."""

    lm: LanguageModel
    request: GenerationRequest
    prompt: Prompt
    run: Run
    last: Samples | None = None  # the last update
    batch: Batch = field(default_factory=lambda: Batch([]))
    seconds: float = 0.0

    @property
    def text_of(self) -> TextOf:
        """Needs the tokenizer alone: who keeps the samples does not keep the model."""
        return partial(_text_of, self.lm.tokenizer)

    def sample(self) -> Updates:
        begun, request = self.run.job.clock(), self.request
        ids, job = self.prompt.ids, self.run.job
        for batch in sample_batch(self.lm, ids, request, request.draws, job):
            if batch is None:
                yield self.run.progress(message("reading"))
                continue
            self.batch, self.seconds = batch, self.run.job.clock() - begun
            yield self._update(merge(self.batch))

    def finish(self) -> Updates:
        """The probabilities, then greedy decoding and beams."""
        grid = TemperatureGrid(self.batch, self.prompt.ids, self.request, self.run.job.check)
        yield from self.run.in_parts(grid.fill())
        tree = merge(self.batch, grid)
        yield self._update(tree)
        greedy = yield from self._greedy()
        beams = yield from self._beams()
        done = self._update(tree)
        yield replace(done, greedy=greedy, beams=beams, finished="draws", card=self.card("draws"))

    def _update(self, tree: Branch) -> Samples:
        request, figures = self.request, self._figures("stopped")
        self.last = Samples(
            tree,
            self.text_of,
            request.draws,
            request.temperature,
            notes=self._notes,
            figures=figures,
        )
        return self.last

    def card(self, finished: str) -> RunCard:
        return self.run.card(self._notes, self._figures(finished))

    @property
    def _notes(self) -> tuple[Message, ...]:
        unknown = note(self.run.spec, self.request.prompt)
        return unknown + self.request.notes + self.prompt.notes

    def _figures(self, finished: str) -> Figures:
        count = self.batch.token_count
        return {
            "prompt_tokens": len(self.prompt.ids),
            "answer_tokens": count,
            "tokens_per_second": round(count / max(self.seconds, 1e-9), 1),
            "finished": finished,
            "seed": self.request.seed,
        }

    def _greedy(self) -> Generator[Any, None, ScoredText]:
        """The most probable token each time."""
        request = replace(self.request, strategy="greedy")
        decoded = []
        for step in decode(self.lm, self.prompt.ids, request, self.run.job):
            decoded += [step] if isinstance(step, DecodedToken) else []
            yield from self.run.pause()
        choices = [token_choice(step.id, step.logits, step.processed) for step in decoded]
        return self._scored([step.id for step in decoded], sum(one.logprob for one in choices))

    def _beams(self) -> Generator[Any, None, list[ScoredText]]:
        """The most probable texts that beam search finds."""
        beams: list[TextBeam] | None = None
        for found in search_texts(self.lm, self.prompt.ids, self.request, BEAMS, self.run.job):
            beams = found
            yield from self.run.pause()
        return [self._scored(beam.ids, beam.logprob) for beam in beams or ()]

    def _scored(self, ids: Sequence[int], logprob: float) -> ScoredText:
        return ScoredText(tuple(ids), self.text_of(ids), logprob)


def _text_of(tokenizer: PreTrainedTokenizerBase, ids: Sequence[int]) -> str:
    return str(tokenizer.decode(list(ids), skip_special_tokens=True))
