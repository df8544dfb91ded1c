"""How probable a given text is to the model, token by token (GLTR, Gehrmann et al. 2019).

Nothing precedes the first token, so it has no score; the perplexity is over all others, as in
transformers' loss.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import torch
from tokenizers.decoders import DecodeStream

from backend.errors import InputError
from backend.generation.kept_answers import KeptAnswer, Scored
from backend.generation.results import GeneratedToken, TextScores
from backend.generation.token_choice import TokenChoice, perplexity, token_choice
from backend.jobs import Job, keeping_what_is_done
from backend.languages import note
from backend.messages import message
from backend.models import control_tokens
from backend.models.language_model import LanguageModel
from backend.stoppable import Figures

if TYPE_CHECKING:
    from backend.run import Progress, Run

CHUNK = 64  # tokens between two checks for Stop; their logits take 12 MB


@dataclass
class TokenScores:
    """A text scored so far: its token ids, and a choice for each token but the first."""

    ids: list[int]
    choices: list[TokenChoice] = field(default_factory=list)

    @property
    def perplexity(self) -> float:
        return perplexity(self.choices)


def score_text(
    lm: LanguageModel, run: Run, text: str
) -> Generator[Progress | TextScores, None, None]:
    """Stream a text's scores; the last has a card. Stop and the deadline keep what has been scored
    so far, and a note says how much that is.

    Raises InputError as `score_tokens` does.
    """
    yield run.progress(message("reading"))
    notes = (*note(run.spec, text), *control_tokens.note(lm.tokenizer, text))
    stream, tokens = DecodeStream(skip_special_tokens=False), list[GeneratedToken]()
    first = ""
    with keeping_what_is_done(lambda: bool(tokens)) as ending:
        for scores in score_tokens(lm, text, run.job):
            if not tokens:
                first = stream.step(lm.tokenizer.backend_tokenizer, scores.ids[0]) or ""
            for choice in scores.choices[len(tokens) :]:
                part = stream.step(lm.tokenizer.backend_tokenizer, choice.id) or ""
                tokens.append(GeneratedToken(part, choice, None, None))
            cut = message("score_cut", done=len(tokens) + 1, total=len(scores.ids))
            kept = KeptAnswer(run.spec.id, lm.tokenizer, None, tuple(scores.ids[:1]), tuple(tokens))
            scored = Scored(
                scores.perplexity,
                first,
                kept.tokens,
                notes=(*notes, cut),
                figures=_figures(scores),
                kept=kept,
            )
            yield scored
    if ending.finished == "end":
        scored = replace(scored, notes=notes)
    yield replace(scored, card=run.card(scored.notes, _figures(scores)))


def _figures(scores: TokenScores) -> Figures:
    return {"prompt_tokens": len(scores.ids), "perplexity": round(scores.perplexity, 2)}


def score_tokens(lm: LanguageModel, text: str, job: Job) -> Iterator[TokenScores]:
    """Yield the same growing TokenScores after each chunk.

    Raises InputError for fewer than two tokens, or more than the model's context; Cancelled or
    DeadlineExceeded between chunks.
    """
    options = {"add_special_tokens": False, "verbose": False}
    ids = list(control_tokens.encode(lm.tokenizer, text, **options)["input_ids"])
    if len(ids) < 2:
        raise InputError("text_of_one_token")
    if len(ids) > lm.context:
        raise InputError("text_too_long", tokens=len(ids), context=lm.context, model=lm.name)
    reader, scores = lm.reader(), TokenScores(ids)
    for chunk in torch.tensor([ids[:-1]], device=reader.device).split(CHUNK, dim=1):
        job.check()
        for logits in reader.read(chunk, keep=chunk.shape[1])[0]:
            scores.choices.append(token_choice(ids[len(scores.choices) + 1], logits, logits))
        yield scores
