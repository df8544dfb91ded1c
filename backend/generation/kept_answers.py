"""Finished answers that are kept for their visitors: to inspect a token, and to continue them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import TYPE_CHECKING

import torch

from backend.errors import InputError
from backend.generation.answer import MAX_KEPT_LOGITS, ResumePoint
from backend.generation.request import MAX_TOKENS, GenerationRequest, check_begin
from backend.generation.results import Generated, GeneratedToken, TextScores
from backend.generation.sampling_trace import SamplingTrace, trace_sampling
from backend.kept_results import KeptResults
from backend.messages import message
from backend.models.kv_cache import KVCache
from backend.models.language_model import LanguageModel
from backend.models.token_text import token_text

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import PreTrainedTokenizerBase

    from backend.operation import Operation
    from backend.run import Progress, Run

CHOICE_BYTES = 4_000  # of Python objects: ten alternatives with their numbers
MIN_BRANCH_TOKENS = 50  # that a branch may generate, where the context has room


@dataclass(frozen=True)
class KeptAnswer:
    """An answer, or a text that was scored, with what it takes to inspect its tokens and to
    continue from one of them."""

    model: str  # the row's id: token ids are valid for this model only
    tokenizer: PreTrainedTokenizerBase
    request: GenerationRequest | None  # None: a text that was scored
    prompt_ids: tuple[int, ...]  # of a text that was scored: its first token
    tokens: tuple[GeneratedToken, ...]
    context: int = 0  # tokens that the model can read, prompt and answer together

    @property
    def nbytes(self) -> int:
        logits = sum(token.logits.nbytes for token in self.tokens if token.logits is not None)
        return logits + CHOICE_BYTES * len(self.tokens)

    @property
    def ids(self) -> list[int]:
        return [token.choice.id for token in self.tokens]

    @property
    def max_tokens(self) -> int:
        """Tokens that the answer may have at most."""
        return min(MAX_TOKENS, self.context - len(self.prompt_ids))

    def text_of(self, token_id: int) -> str:
        return token_text(self.tokenizer, token_id)

    def token_at(self, place: object) -> GeneratedToken:
        """The token at `place`, counted from 0; InputError if there is none."""
        return self.tokens[self._checked(place)]

    def _checked(self, place: object) -> int:
        if type(place) is not int or not 0 <= place < len(self.tokens):
            raise InputError("no_such_token", place=str(place)[:20], count=len(self.tokens))
        return place

    def is_given(self, place: object) -> bool:
        """Whether the token at `place` was given by the request rather than chosen."""
        return self.request is not None and self._checked(place) < len(self.request.begin)

    def trace_at(self, place: object) -> SamplingTrace:
        """How the token at `place` was chosen; InputError if that is not kept."""
        at = self._checked(place)
        token = self.tokens[at]
        if token.logits is None or self.request is None:
            kept = sum(each.logits is not None for each in self.tokens)
            raise InputError("choice_not_kept", kept=kept)
        ids = torch.tensor([*self.prompt_ids, *self.ids[:at]], device=token.logits.device)
        return trace_sampling(token.choice.id, token.logits, ids, self.request, token.within)

    def ids_before(self, place: object) -> tuple[int, ...] | None:
        """The tokens to read for the logits at `place`, where these stayed elsewhere; None where
        they are here, or are not kept. InputError if there is no such token."""
        at = self._checked(place)
        is_here = self.request is None or self.tokens[at].logits is not None
        if is_here or at >= MAX_KEPT_LOGITS:
            return None
        return (*self.prompt_ids, *self.ids[:at])

    def with_logits(self, place: int, logits: Tensor) -> KeptAnswer:
        """The same, with the logits that the token at `place` was chosen from."""
        token = replace(self.tokens[place], logits=logits)
        return replace(self, tokens=(*self.tokens[:place], token, *self.tokens[place + 1 :]))

    def continued(self) -> GenerationRequest:
        """The request whose answer begins with all of this one. InputError without room for it."""
        if self.request is None or not self.tokens:
            raise InputError("no_such_token", place="1", count=0)
        longer = min(len(self.ids) + self.request.max_new_tokens, self.max_tokens)
        if longer <= len(self.ids):
            raise InputError("no_room_to_go_on", count=len(self.ids))
        notes = [note for note in self.request.notes if note.code != "written_on"]
        return replace(
            self.request,
            begin=check_begin(self.ids),
            max_new_tokens=longer,
            notes=(*notes, message("written_on", count=longer)),
        )

    def branched(self, place: object, token_id: object) -> GenerationRequest:
        """The request whose answer is this one up to `place`, then `token_id`, then new."""
        at = self._checked(place)
        if self.request is None:
            raise InputError("no_such_token", place=str(at), count=0)
        begin = check_begin([*self.ids[:at], token_id])
        longer = min(len(begin) + MIN_BRANCH_TOKENS, max(self.max_tokens, len(begin)))
        return replace(
            self.request,
            begin=begin,
            max_new_tokens=max(self.request.max_new_tokens, longer),
            notes=(*self.request.notes, message("branched", place=at + 1)),
        )


@dataclass(frozen=True)
class Answered(Generated):
    """An update of a run, and what is to be kept of it for whoever follows."""

    kept: KeptAnswer | None = None
    cache: KVCache | None = None  # over the prompt and all tokens but the last; of a finished one

    def lean(self) -> Answered:
        """Without logits and cache, which are nearly all that it weighs: 200 kB a token. The model
        gives them again where somebody looks at a token or goes on from it."""
        assert self.kept
        tokens = tuple(replace(token, logits=None) for token in self.kept.tokens)
        return replace(self, tokens=tokens, kept=replace(self.kept, tokens=tokens), cache=None)

    def go_on(self, operation: Operation) -> Operation:
        """What to ask where the run broke off after this update: the rest of the same answer. Its
        last token is chosen once more, as it would be if it was the end."""
        assert self.kept
        request, _, keep = operation.arguments
        earlier = EarlierAnswer(
            self.kept.model, self.kept.prompt_ids, tuple(self.tokens[:-1]), is_the_same=True
        )
        return replace(operation, request=(request, earlier, keep))

    def stopped(self, run: Run) -> Answered:
        """As the end of a run that one visitor has stopped and others go on with."""
        assert self.kept and self.kept.request
        figures: dict[str, float | int | str] = {
            "prompt_tokens": len(self.kept.prompt_ids),
            "answer_tokens": len(self.tokens),
            "finished": "stopped",
            "seed": self.kept.request.seed,
        }
        card = run.card(self.kept.request.notes, figures)
        return replace(self, finished="stopped", card=card)


@dataclass(frozen=True)
class Scored(TextScores):
    """An update of a text that is scored, and what is to be kept of it, should it be the last."""

    kept: KeptAnswer | None = None


@dataclass(frozen=True)
class EarlierAnswer:
    """An answer that another one begins with."""

    model: str  # the row's id
    prompt_ids: tuple[int, ...]
    tokens: tuple[GeneratedToken, ...]
    is_the_same: bool = False  # it broke off, and is to be the answer that it would have been

    def resume_point(
        self, lm: LanguageModel, model: str, begin: Sequence[int], cache: KVCache | None
    ) -> ResumePoint | None:
        """Where an answer that starts with `begin` continues this one; None where nothing of it
        stays. Without its `cache`, its text is read again. InputError for another model, whose
        token ids are different."""
        if model != self.model:
            raise InputError("branch_other_model", model=self.model)
        ids = [token.choice.id for token in self.tokens]
        pairs = zip(ids, ids if self.is_the_same else begin, strict=False)
        shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        # The last shared token is read again, for the logits after it.
        length = len(self.prompt_ids) + shared - 1
        if length < 1:
            return None
        if cache is None:  # gone, or never had: the answer was one of many written together
            return ResumePoint(self.prompt_ids, self.tokens[:shared])
        reader = lm.reader()
        reader.restore(cache, min(length, cache.length))
        return ResumePoint(self.prompt_ids, self.tokens[:shared], reader)


@dataclass(frozen=True)
class Parent:
    """A kept answer to continue, and its cache, if that is still there."""

    answer: KeptAnswer
    cache: KVCache | None

    @property
    def earlier(self) -> EarlierAnswer:
        return EarlierAnswer(self.answer.model, self.answer.prompt_ids, self.answer.tokens)


@dataclass(frozen=True)
class AnswerStores:
    """All visitors' answers, and the KV caches behind them, under the same keys. An answer whose
    cache is gone can still be inspected and continued."""

    answers: KeptResults[KeptAnswer]
    caches: KeptResults[KVCache]

    def parent(self, key: object) -> Parent:
        """InputError if the answer is gone."""
        answer = self.answers.get(key)
        try:
            return Parent(answer, self.caches.get(key))
        except InputError:
            return Parent(answer, None)

    def kept_for(
        self, visitor: str, updates: Iterator[Progress | Answered], beside: bool
    ) -> Iterator[Progress | Generated]:
        """The updates. The finished answer is kept for the visitor, `beside` their others or in
        their place; its key comes with it."""
        for update in updates:
            if isinstance(update, Answered) and update.finished and update.kept:
                yield self._keep(visitor, update, update.kept, beside)
            else:
                yield update

    def _keep(self, visitor: str, update: Answered, kept: KeptAnswer, beside: bool) -> Generated:
        key = self.answers.keep(visitor, kept, beside)
        if update.cache and update.cache.parts:
            self.caches.keep(visitor, update.cache, beside, key)
        return Generated(update.text, update.finished, update.card, update.tokens, key)


def scores_kept_for(
    visitor: str,
    answers: KeptResults[KeptAnswer],
    updates: Iterator[Progress | TextScores],
) -> Iterator[Progress | TextScores]:
    """The updates. The whole text's scores are kept for the visitor; their key comes with them."""
    for update in updates:
        if isinstance(update, Scored) and update.card and update.kept:
            key = answers.keep(visitor, update.kept)
            yield TextScores(update.perplexity, update.first, update.tokens, update.card, key)
        else:
            yield update
