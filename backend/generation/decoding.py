"""The decoding loop: logits, logits processors, one token, again and again.

Written out rather than left to `model.generate`, so that every step can be shown and stopped; tests
compare the tokens of both. The random numbers come from the run's own generator; no global state
is touched. A run that takes turns with others may have a seat in a batch (`batch.py`), which gives
it its tokens; alone it reads by itself.
"""

from __future__ import annotations

from collections.abc import Generator

import torch
from torch import Tensor

from backend.generation.batch import Seat
from backend.generation.continuation import Continuation, DecodedToken, choose
from backend.generation.request import GenerationRequest
from backend.jobs import Job
from backend.models.language_model import LanguageModel
from backend.models.reader import CausalReader
from backend.together import Waits

PREFILL_CHUNK = 128  # prompt tokens between two checks for Stop


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
    reader: CausalReader | Seat | None = None,
    skip_draws: int = 0,
) -> Generator[DecodedToken | Waits | None, None, None]:
    """Yield the answer's tokens, the end token included, at most `max_new_tokens` of them.

    None comes before them for each chunk of a long prompt, so that the caller can leave. The tokens
    of `request.begin` come first, as if they had been sampled. A given `reader` has read the
    beginning of the prompt, and continues there; with a seat in a batch, `Waits` comes wherever the
    others must have their turn. `skip_draws`: how many draws to skip in the generator, so that
    continuing an answer gives the same tokens as one longer run.

    The same ids as `model.generate(do_sample=..., **options)` after `torch.manual_seed(seed)`,
    with `prefill_chunk_size=PREFILL_CHUNK`. Raises Cancelled or DeadlineExceeded between tokens.
    """
    given = reader or lm.reader()
    text = Continuation(prompt_ids, request, lm.stop_ids, given.device, skip_draws)
    if isinstance(given, Seat):
        yield from _beside_others(given, text, job)
        if text.ended:
            return
        given = given.read_alone(lm)
        text.rewind()
    yield from _alone(text, given, job)


def _beside_others(
    seat: Seat, text: Continuation, job: Job
) -> Generator[DecodedToken | Waits | None, None, None]:
    """The tokens as the batch gives them: to the text's end, or to where the batch broke."""
    with seat.taken(text):
        while seat.ready or not (text.ended or seat.batch.is_broken):
            job.check()
            if seat.ready:
                yield seat.ready.popleft()
                continue
            yield Waits(seat.batch)
            if not text.count:
                yield None  # for whoever shows how long the prompt has been waited for


def _alone(
    text: Continuation, reader: CausalReader, job: Job
) -> Generator[DecodedToken | None, None, None]:
    logits = yield from read_prompt(reader, text.ids.tolist(), job)
    while True:
        job.check()
        (token,) = choose([text], logits)
        text.add(token.id)
        yield token
        if text.ended:
            return
        job.check()
        logits = reader.read(text.ids[None, -1:])[:, -1]
