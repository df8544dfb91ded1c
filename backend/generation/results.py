"""What comes out of a run on a language model. Imports no model library."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, Any, Self

from backend.stoppable import Stoppable

if TYPE_CHECKING:
    from torch import Tensor

    from backend.generation.token_choice import TokenChoice
    from backend.messages import Message
    from backend.run import Progress, Run, RunCard

# The temperatures at which the probability of each branch of a sample tree is computed.
TEMPERATURES = tuple(tenth / 10 for tenth in range(1, 21))
Probabilities = tuple[float, ...]  # one for each of TEMPERATURES


@dataclass(frozen=True)
class GeneratedToken:
    """A token of a text, with what the model made of its place.

    A character may take several tokens. Until it is complete their `text` is empty; the token that
    completes it carries the whole character.
    """

    text: str
    choice: TokenChoice
    within: float | None  # where in the token's interval the draw fell; see sampling.py
    logits: Tensor | None  # the model's own, [vocabulary]; None beyond what is kept of an answer

    def __getstate__(self) -> dict[str, Any]:
        """Logits stay with the model when an answer is sent elsewhere: 200 kB each."""
        return {**vars(self), "logits": None}


@dataclass(frozen=True)
class Generated:
    """An answer so far. The last update says how it `finished`, and has a card and the key under
    which the answer is kept."""

    text: str
    finished: str | None = None
    card: RunCard | None = None
    tokens: Sequence[GeneratedToken] = ()
    key: str = ""

    @property
    def stage(self) -> str | None:
        """Updates of one stage may be skipped."""
        return self.finished

    @property
    def perplexity(self) -> float:
        """The model's perplexity on its own answer; NaN for an empty one."""
        logprobs = [token.choice.logprob for token in self.tokens]
        return math.exp(-fmean(logprobs)) if logprobs else math.nan


@dataclass(frozen=True)
class Comparison:
    """Two models' answers to one prompt so far, in the order in which the models run.

    The last update is `over`; if there is only one answer, `why_alone` gives the reason; if one
    model gives both, `why_twice` does, and says what is different the second time.
    """

    answers: tuple[Generated, ...]
    over: bool = False
    doing: Progress | None = None  # what the second model is doing before its first token
    why_alone: Message | None = None
    why_twice: Message | None = None

    @property
    def stage(self) -> tuple[object, ...]:
        doing = self.doing.message.code if self.doing else None
        return self.over, doing, *(answer.finished for answer in self.answers)


@dataclass(frozen=True)
class TextScores(Stoppable):
    """How probable each token of a text is, as far as it has been read. Card and key come last."""

    perplexity: float
    first: str  # the first token's text; nothing precedes it, so it has no score
    tokens: Sequence[GeneratedToken]  # all others
    card: RunCard | None = None
    key: str = ""

    @property
    def stage(self) -> bool:
        return self.card is not None


@dataclass(frozen=True)
class ScoredText:
    """A whole text, and the log-probability (nats) that the model alone gives it."""

    ids: tuple[int, ...]
    text: str
    logprob: float


@dataclass(frozen=True)
class Branch:
    """A run of tokens that the same samples share, and how they continue."""

    ids: tuple[int, ...]  # () at the root
    rows: tuple[int, ...]  # numbers of the samples
    branches: tuple[Branch, ...]  # the most frequent first
    probabilities: Probabilities = ()  # of its tokens given those before; () where not computed


@dataclass(frozen=True)
class Samples(Stoppable):
    """Many samples of one prompt so far, as a tree; when all are drawn, greedy decoding and beam
    search beside them. The last update has a card and says how it `finished`: "draws" (all is
    done), "stopped" or "deadline"."""

    tree: Branch
    text_of: Callable[[Sequence[int]], str]  # the text of some token ids
    rows: int
    temperature: float
    greedy: ScoredText | None = None
    beams: Sequence[ScoredText] = ()  # best first
    finished: str | None = None
    card: RunCard | None = None

    @property
    def stage(self) -> str | None:
        return self.finished

    def stopped(self, run: Run, **changed: Any) -> Self:
        return super().stopped(run, finished="stopped", **changed)
