"""The decoding loop: logits -> warpers -> one token, again and again.

Written out rather than left to `model.generate`, so that every step can be seen and stopped; the
tests hold both to the same tokens. No state is left behind: the random numbers come from the run's
own generator.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from backend.generation.logits_processors import warp, warpers
from backend.generation.request import GenerationRequest
from backend.generation.sampling import draw, pass_by
from backend.jobs import Job
from backend.models.language_model import LanguageModel
from backend.models.reader import Reader

PREFILL_CHUNK = 128  # prompt tokens read between two looks at the Stop button


@dataclass(frozen=True)
class Drawn:
    """A token, and what it was chosen from: logits [vocabulary], float32."""

    id: int
    logits: Tensor  # the model's own
    warped: Tensor  # after the warpers
    within: float | None  # see backend/generation/sampling.py; None: the likeliest, or given


def read_prompt(reader: Reader, prompt_ids: list[int], job: Job) -> Generator[None, None, Tensor]:
    """Read on from where the reader is; the logits [1, vocabulary] of what comes next.

    Yields between the pieces of a long prompt. Raises Cancelled or DeadlineExceeded before each.
    """
    ids = torch.tensor([prompt_ids], device=reader.device)
    *pieces, last_piece = ids[:, reader.length :].split(PREFILL_CHUNK, dim=1)
    for piece in pieces:
        job.check()
        reader.read(piece)
        yield
    job.check()
    return reader.read(last_piece)[:, -1]


def decode(
    lm: LanguageModel,
    prompt_ids: list[int],
    request: GenerationRequest,
    job: Job,
    reader: Reader | None = None,
    passed: int = 0,
) -> Iterator[Drawn | None]:
    """Yield the answer's tokens, the end token included, at most `max_new_tokens` of them.

    None comes before them for each piece of a long prompt, so that whoever listens can leave.
    Tokens that `request.begin` gives come first, as if they had been drawn. A `reader` that is
    given has read the beginning of the prompt, and reads on from there. The last `passed` tokens of
    the prompt were drawn before: a seed's random numbers belong to the places of an answer, so that
    an answer that is gone on with is the one that a longer run writes.

    The same ids as `model.generate(do_sample=..., **options)` after `torch.manual_seed(seed)`,
    with `prefill_chunk_size=PREFILL_CHUNK`. Raises Cancelled or DeadlineExceeded between tokens.
    """
    reader = reader or lm.reader()
    generator = torch.Generator(reader.device).manual_seed(request.seed)
    logits = yield from read_prompt(reader, prompt_ids, job)
    ids = torch.tensor([prompt_ids], device=reader.device)  # (1, length so far)
    for _ in range(passed if request.samples else 0):
        pass_by(logits, generator)
    for count in range(1, request.max_new_tokens + 1):
        job.check()
        warped = warp(logits, warpers(request, ids))
        if count <= len(request.begin):
            token, within = torch.tensor([[request.begin[count - 1]]], device=reader.device), None
            if request.samples:
                pass_by(logits, generator)
        else:
            token, within = draw(warped, generator if request.samples else None)
        token_id = int(token)
        yield Drawn(token_id, logits[0], warped[0], None if within is None else float(within))
        if token_id in lm.stop_ids or count == request.max_new_tokens:
            return
        job.check()
        ids = torch.cat([ids, token], dim=1)
        logits = reader.read(token)[:, -1]
