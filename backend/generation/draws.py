"""Many draws of one prompt as a tree; greedy decoding and beam search beside it."""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from backend.errors import Cancelled, DeadlineExceeded
from backend.generation.batched_sampling import Draws, check_size, draw_many
from backend.generation.beams import search_texts
from backend.generation.decoding import decode
from backend.generation.prompt import Prompt, encode
from backend.generation.request import GenerationRequest
from backend.generation.results import Fanned, Told
from backend.generation.token_choice import choice
from backend.generation.tree import Branch, Tempered, merge
from backend.messages import message
from backend.models.language_model import LanguageModel

if TYPE_CHECKING:
    from backend.run import Progress, Run, RunCard

BEAMS = 5
LONGEST_DRAW = 40  # tokens of one of many draws
Steps = Generator["Progress | Fanned", None, None]


def fan(lm: LanguageModel, run: Run, request: GenerationRequest) -> Steps:
    """`request.draws` draws, growing; then greedy and beams beside them.

    Stopped or out of time with something drawn, it ends there: that is a result, not an error.
    """
    request = replace(request, max_new_tokens=min(request.max_new_tokens, LONGEST_DRAW))
    yield run.progress(message("reading"))
    asked = _Asked(lm, request, encode(lm, request), run)
    check_size(len(asked.prompt.ids), request.draws, request.max_new_tokens)
    try:
        yield from asked.draw()
        yield from asked.finish()
    except (Cancelled, DeadlineExceeded) as end:
        if not asked.last:
            raise
        finished = "stopped" if isinstance(end, Cancelled) else "deadline"
        yield replace(asked.last, finished=finished, card=asked.card(finished))


@dataclass
class _Asked:
    """One request being answered."""

    lm: LanguageModel
    request: GenerationRequest
    prompt: Prompt
    run: Run
    last: Fanned | None = None  # what was told last
    draws: Draws = field(default_factory=lambda: Draws([]))
    seconds: float = 0.0

    def text_of(self, ids: Sequence[int]) -> str:
        return str(self.lm.tokenizer.decode(list(ids), skip_special_tokens=True))

    def draw(self) -> Steps:
        begun, request = time.monotonic(), self.request
        ids, job = self.prompt.ids, self.run.job
        for draws in draw_many(self.lm, ids, request, request.draws, job):
            if draws is None:
                yield self.run.progress(message("reading"))
                continue
            self.draws = draws
            self.seconds = time.monotonic() - begun
            yield self._told(merge(self.draws))

    def finish(self) -> Steps:
        """The chances, then greedy and beams."""
        tempered = Tempered(self.draws, self.prompt.ids, self.request, self.run.job.check)
        tree = merge(self.draws, tempered)
        yield self._told(tree)
        greedy, beams = self._greedy(), self._beams()
        done = self._told(tree)
        yield replace(done, greedy=greedy, beams=beams, finished="draws", card=self.card("draws"))

    def _told(self, tree: Branch) -> Fanned:
        request = self.request
        self.last = Fanned(tree, self.text_of, request.draws, request.temperature)
        return self.last

    def card(self, finished: str) -> RunCard:
        tokens = self.draws.tokens
        figures = {
            "prompt_tokens": len(self.prompt.ids),
            "answer_tokens": tokens,
            "tokens_per_second": round(tokens / max(self.seconds, 1e-9), 1),
            "finished": finished,
            "seed": self.request.seed,
        }
        return self.run.card(self.request.notes + self.prompt.notes, figures)

    def _greedy(self) -> Told:
        """The likeliest token each time."""
        likeliest = replace(self.request, strategy="greedy")
        steps = decode(self.lm, self.prompt.ids, likeliest, self.run.job)
        drawn = [one for one in steps if one is not None]
        nats = sum(choice(one.id, one.logits, one.warped).nats for one in drawn)
        return self._whole([one.id for one in drawn], nats)

    def _beams(self) -> list[Told]:
        """Likely texts."""
        *_, beams = search_texts(self.lm, self.prompt.ids, self.request, BEAMS, self.run.job)
        return [self._whole(beam.ids, -beam.logprob) for beam in beams or ()]

    def _whole(self, ids: Sequence[int], nats: float) -> Told:
        return Told(tuple(ids), self.text_of(ids), nats)
