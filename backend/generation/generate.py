"""A run that streams one answer, with what is to be kept of it."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from backend.generation.answer import Answer, answer
from backend.generation.batch import batch_of
from backend.generation.kept_answers import Answered, EarlierAnswer, KeptAnswer
from backend.generation.request import GenerationRequest
from backend.languages import note
from backend.messages import message
from backend.models.kv_cache import KVCache
from backend.models.language_model import LanguageModel
from backend.together import Waits

if TYPE_CHECKING:
    from backend.run import Progress, Run


def generate(
    lm: LanguageModel,
    run: Run,
    request: GenerationRequest,
    earlier: EarlierAnswer | None = None,
    keep: bool = True,
) -> Generator[Progress | Answered, None, None]:
    """Stream an answer. Without `keep` its cache is not handed out.

    With an `earlier` one, `request.begin` starts with tokens of that answer; what a KVCache of it
    as the run's hint holds is not read again. InputError if another model generated it.
    """
    yield run.progress(message("reading"))
    model = run.spec.id
    resume = earlier.resume_point(lm, model, request.begin, run.hint) if earlier else None
    batch = batch_of(lm) if run.takes_turns else None
    for growing in answer(lm, request, run.job, run.asked_at, resume, batch):
        if isinstance(growing, Waits):
            yield growing  # type: ignore[misc]  # for whoever drives the run, never for its consumer
            continue
        tokens = tuple(growing.tokens)
        kept = KeptAnswer(model, lm.tokenizer, request, growing.prompt_ids, tokens, lm.context)
        if not growing.token_count:
            yield run.progress(message("reading"))
        elif growing.finished is None:
            yield Answered(growing.text, tokens=tokens, kept=kept)
        else:
            notes = (*note(run.spec, request.prompt), *growing.notes)
            card = run.card(notes, growing.figures())
            cache = _cache_of(growing) if keep else None
            yield Answered(growing.text, growing.finished, card, tokens, kept=kept, cache=cache)


def _cache_of(finished: Answer) -> KVCache | None:
    return finished.reader.snapshot() if finished.reader else None
