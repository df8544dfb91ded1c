"""Many draws at once: one prompt, one batch, a seed for each row.

The prompt is read once and its cache shared out. Row n writes what the prompt's own run with seed
`request.seed + n` would write. Where two rows or more still agree, the logits of that place are
kept: from them `backend/generation/tree.py` tells what another temperature would do.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import torch
from torch import Tensor

from backend.errors import InputError
from backend.generation.decoding import read_prompt
from backend.generation.logits_processors import warp, warpers
from backend.generation.request import GenerationRequest
from backend.generation.sampling import draw
from backend.jobs import Job
from backend.models.language_model import LanguageModel

MOST_TOKENS = 20_000  # of all rows together, prompt and answer: 1 GB of SmolLM2's cache
Place = tuple[int, ...]  # the tokens that were drawn before


@dataclass
class Draws:
    """The rows so far: the tokens of each, and the logits [vocabulary] of the places they share."""

    rows: list[list[int]]
    shared: dict[Place, Tensor] = field(default_factory=dict)

    @property
    def tokens(self) -> int:
        return sum(map(len, self.rows))


def check_size(prompt: int, rows: int, longest: int) -> None:
    """InputError where the rows' caches would not fit."""
    if rows * (prompt + longest) > MOST_TOKENS:
        most = MOST_TOKENS // (prompt + longest)
        code = "draws_too_large" if most > 1 else "draws_too_long"
        raise InputError(code, prompt=prompt, draws=rows, most=most)


def draw_many(
    lm: LanguageModel, prompt_ids: list[int], request: GenerationRequest, count: int, job: Job
) -> Iterator[Draws | None]:
    """The same growing Draws after each token; None before them for each piece of a long prompt. A
    row ends as an answer does."""
    check_size(len(prompt_ids), count, request.max_new_tokens)
    reader, found = lm.reader(), Draws([[] for _ in range(count)])
    dice = [torch.Generator(reader.device).manual_seed(request.seed + n) for n in range(count)]
    logits = (yield from read_prompt(reader, prompt_ids, job)).expand(count, -1)
    ids = torch.tensor([prompt_ids] * count, device=reader.device)
    going, source = list(range(count)), [0] * count  # rows that go on; where each one's cache lies
    for _ in range(request.max_new_tokens):
        job.check()
        _keep_shared(found, going, logits)
        warped = warp(logits, warpers(request, ids))
        if request.samples:
            tokens = _draw_each(warped, [dice[row] for row in going])
        else:
            tokens = draw(warped, None)[0]
        for row, token in zip(going, tokens[:, 0].tolist(), strict=True):
            found.rows[row].append(token)
        yield found
        on = [at for at, row in enumerate(going) if found.rows[row][-1] not in lm.stop_ids]
        if not on or len(found.rows[going[on[0]]]) == request.max_new_tokens:
            return
        ids = torch.cat([ids, tokens], dim=1)[on]
        logits = reader.read(tokens[on], rows=[source[at] for at in on])[:, -1]
        going, source = [going[at] for at in on], list(range(len(on)))


def _draw_each(warped: Tensor, dice: list[torch.Generator]) -> Tensor:
    """A token for each row, [rows, 1], each with its own random numbers: a row's come one after
    another, so that the rows are shared out to several threads.
    """
    rows = warped.split(1)
    with ThreadPoolExecutor(torch.get_num_threads()) as pool:
        return torch.cat([token for token, _ in pool.map(draw, rows, dice)])


def _keep_shared(found: Draws, going: list[int], logits: Tensor) -> None:
    """Keep the logits of each place that two rows or more stand at."""
    at_place: dict[Place, list[int]] = {}
    for at, row in enumerate(going):
        at_place.setdefault(tuple(found.rows[row]), []).append(at)
    for place, here in at_place.items():
        if len(here) > 1:
            found.shared[place] = logits[here[0]].cpu().clone()
