"""The decoding loop: logits, logits processors, one token, again and again.

Written out rather than left to `model.generate`, so that every step can be shown and stopped; tests
compare the tokens of both. The random numbers come from the run's own generator; no global state
is touched.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from backend.generation.logits_processors import process
from backend.generation.request import GenerationRequest
from backend.generation.sampling import sample_token, skip_draw
from backend.jobs import Job
from backend.models.language_model import LanguageModel
from backend.models.reader import CausalReader

PREFILL_CHUNK = 128  # prompt tokens between two checks for Stop


@dataclass(frozen=True)
class DecodedToken:
    """A token, and what it was chosen from: logits [vocabulary], float32."""

    id: int
    logits: Tensor  # the model's own
    processed: Tensor  # after the logits processors
    within: float | None  # see sampling.py; None where nothing was drawn: greedy, or given


def read_prompt(
    reader: CausalReader, prompt_ids: list[int], job: Job
) -> Generator[None, None, Tensor]:
    """Read the part of the prompt that the reader has not read; returns logits [1, vocabulary].

    Yields between the chunks of a long prompt. Raises Cancelled or DeadlineExceeded before each.
    """
    ids = torch.tensor([prompt_ids], device=reader.device)
    *chunks, last_chunk = ids[:, reader.length :].split(PREFILL_CHUNK, dim=1)
    for chunk in chunks:
        job.check()
        reader.read(chunk)
        yield
    job.check()
    return reader.read(last_chunk)[:, -1]


def decode(
    lm: LanguageModel,
    prompt_ids: list[int],
    request: GenerationRequest,
    job: Job,
    reader: CausalReader | None = None,
    skip_draws: int = 0,
) -> Iterator[DecodedToken | None]:
    """Yield the answer's tokens, the end token included, at most `max_new_tokens` of them.

    None comes before them for each chunk of a long prompt, so that the caller can leave. The tokens
    of `request.begin` come first, as if they had been sampled. A given `reader` has read the
    beginning of the prompt, and continues there. `skip_draws`: how many draws to skip in the
    generator, so that continuing an answer gives the same tokens as one longer run.

    The same ids as `model.generate(do_sample=..., **options)` after `torch.manual_seed(seed)`,
    with `prefill_chunk_size=PREFILL_CHUNK`. Raises Cancelled or DeadlineExceeded between tokens.
    """
    reader = reader or lm.reader()
    generator = torch.Generator(reader.device).manual_seed(request.seed)
    logits = yield from read_prompt(reader, prompt_ids, job)
    ids = torch.tensor([prompt_ids], device=reader.device)  # [1, length so far]
    for _ in range(skip_draws if request.is_sampling else 0):
        skip_draw(logits, generator)
    for count in range(1, request.max_new_tokens + 1):
        job.check()
        processed = process(logits, request, ids)
        if count <= len(request.begin):
            token, within = torch.tensor([[request.begin[count - 1]]], device=reader.device), None
            if request.is_sampling:
                skip_draw(logits, generator)
        else:
            token, within = sample_token(processed, generator if request.is_sampling else None)
        token_id, place = int(token), None if within is None else float(within)
        yield DecodedToken(token_id, logits[0], processed[0], place)
        if token_id in lm.stop_ids or count == request.max_new_tokens:
            return
        job.check()
        ids = torch.cat([ids, token], dim=1)
        logits = reader.read(token)[:, -1]
