"""Read, don't write: how likely a given text is, token by token (GLTR, Gehrmann et al. 2019).

The first token has nothing before it and is not judged; perplexity is over all others, as in
transformers' loss.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import torch

from backend.errors import InputError
from backend.generation.token_choice import Choice, choice, perplexity
from backend.jobs import Job
from backend.models.language_model import LanguageModel

PIECE = 64  # tokens read between two looks at the Stop button; their logits take 12 MB


@dataclass
class Reading:
    """A text read so far: its token ids, and a choice for each but the first."""

    ids: list[int]
    choices: list[Choice] = field(default_factory=list)

    @property
    def perplexity(self) -> float:
        return perplexity(self.choices)


def score(lm: LanguageModel, text: str, job: Job) -> Iterator[Reading]:
    """Yield the same growing Reading after each piece; at least two tokens are needed.

    Raises InputError for fewer, or for more than the model's context; Cancelled or
    DeadlineExceeded between pieces.
    """
    ids = list(lm.tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"])
    if len(ids) < 2:
        raise InputError("text_of_one_token")
    if len(ids) > lm.context:
        raise InputError("text_too_long", tokens=len(ids), context=lm.context, model=lm.name)
    reader, reading = lm.reader(), Reading(ids)
    for piece in torch.tensor([ids[:-1]], device=reader.device).split(PIECE, dim=1):
        job.check()
        for logits in reader.read(piece, keep=piece.shape[1])[0]:
            reading.choices.append(choice(ids[len(reading.choices) + 1], logits, logits))
        yield reading
