"""Many samples of one prompt in one batch, each row with its own seed.

The prompt is read once and its cache shared by all rows. Row n gets the tokens of a single run with
seed `request.seed + n`. Where two or more rows still agree, the logits are kept: from these
`backend/generation/sample_tree.py` computes what another temperature would do.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import torch
from torch import Tensor

from backend.errors import InputError
from backend.generation.decoding import read_prompt
from backend.generation.logits_processors import process
from backend.generation.request import GenerationRequest
from backend.generation.sampling import sample_token
from backend.jobs import Job
from backend.models.language_model import LanguageModel

MAX_BATCH_TOKENS = 20_000  # of all rows together, prompt and answer: 1 GB of SmolLM2's cache
Prefix = tuple[int, ...]  # the tokens that were sampled so far


@dataclass
class Batch:
    """The rows so far: the tokens of each, and the logits [vocabulary] after shared prefixes."""

    rows: list[list[int]]
    shared: dict[Prefix, Tensor] = field(default_factory=dict)

    @property
    def token_count(self) -> int:
        return sum(map(len, self.rows))


def check_size(prompt_tokens: int, rows: int, max_tokens: int) -> None:
    """InputError where the caches of all rows would not fit."""
    if rows * (prompt_tokens + max_tokens) > MAX_BATCH_TOKENS:
        most = MAX_BATCH_TOKENS // (prompt_tokens + max_tokens)
        code = "draws_too_large" if most > 1 else "draws_too_long"
        raise InputError(code, prompt=prompt_tokens, draws=rows, most=most)


def sample_batch(
    lm: LanguageModel, prompt_ids: list[int], request: GenerationRequest, count: int, job: Job
) -> Iterator[Batch | None]:
    """The same growing Batch after each token; None before that for each chunk of a long prompt.

    A row ends as an answer does. Raises Cancelled or DeadlineExceeded between tokens.
    """
    check_size(len(prompt_ids), count, request.max_new_tokens)
    reader, batch = lm.reader(), Batch([[] for _ in range(count)])
    generators = [
        torch.Generator(reader.device).manual_seed(request.seed + row) for row in range(count)
    ]
    logits = (yield from read_prompt(reader, prompt_ids, job)).expand(count, -1)
    ids = torch.tensor([prompt_ids] * count, device=reader.device)
    running, source = list(range(count)), [0] * count  # unfinished rows; their rows of the cache
    for _ in range(request.max_new_tokens):
        job.check()
        _keep_shared(batch, running, logits)
        processed = process(logits, request, ids)
        if request.is_sampling:
            tokens = _sample_each(processed, [generators[row] for row in running])
        else:
            tokens = sample_token(processed, None)[0]
        for row, token in zip(running, tokens[:, 0].tolist(), strict=True):
            batch.rows[row].append(token)
        yield batch
        on = [at for at, row in enumerate(running) if batch.rows[row][-1] not in lm.stop_ids]
        if not on or len(batch.rows[running[on[0]]]) == request.max_new_tokens:
            return
        ids = torch.cat([ids, tokens], dim=1)[on]
        logits = reader.read(tokens[on], rows=[source[at] for at in on])[:, -1]
        running, source = [running[at] for at in on], list(range(len(on)))


def _sample_each(processed: Tensor, generators: list[torch.Generator]) -> Tensor:
    """A token for each row, [rows, 1], each from its own generator. One row's random numbers are
    made serially, so the rows are spread over threads."""
    rows = processed.split(1)
    with ThreadPoolExecutor(torch.get_num_threads()) as pool:
        return torch.cat([token for token, _ in pool.map(sample_token, rows, generators)])


def _keep_shared(batch: Batch, running: list[int], logits: Tensor) -> None:
    """Keep the logits after each prefix that two or more rows share."""
    by_prefix: dict[Prefix, list[int]] = {}
    for at, row in enumerate(running):
        by_prefix.setdefault(tuple(batch.rows[row]), []).append(at)
    for prefix, here in by_prefix.items():
        if len(here) > 1:
            batch.shared[prefix] = logits[here[0]].cpu().clone()
