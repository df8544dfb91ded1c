"""Texts being continued, and the choice of the next token for any number of them at once.

One text alone is the case of one row: the same steps choose its token. What is computed of a row
does not depend on the rows beside it, and each text has random numbers of its own.
"""

from __future__ import annotations

import functools
import os
import threading
from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain

import torch
from torch import Tensor

from backend.generation.logits_processors import process
from backend.generation.request import GenerationRequest
from backend.generation.sampling import sample_token, skip_draw
from backend.generation.token_choice import TokenChoice, token_choices


@dataclass(frozen=True)
class DecodedToken:
    """A token, and what it was chosen from: logits [vocabulary], float32."""

    id: int
    logits: Tensor  # the model's own, not a part of a larger tensor: it may be kept
    processed: Tensor  # after the logits processors
    within: float | None  # see sampling.py; None where nothing was drawn: greedy, or given
    choice: TokenChoice | None = None  # where choices were described for all rows at once


class Continuation:
    """A text so far, where it ends, and the random numbers of its run.

    The tokens of `request.begin` come first, as if they had been sampled. `skip_draws`: how many
    draws to skip in the generator, for tokens that the prompt ends with.
    """

    def __init__(
        self,
        prompt_ids: Sequence[int],
        request: GenerationRequest,
        stop_ids: frozenset[int],
        device: torch.device | str = "cpu",
        skip_draws: int = 0,
    ) -> None:
        self.request, self.count, self.ended = request, 0, False
        self._stop_ids, self._skip_draws = stop_ids, skip_draws
        self._ids = torch.empty(len(prompt_ids) + request.max_new_tokens, dtype=torch.int64)
        self._ids[: len(prompt_ids)] = torch.tensor(prompt_ids)
        self._ids, self.length = self._ids.to(device), len(prompt_ids)
        self.generator = torch.Generator(device)
        self.rewind()

    def rewind(self) -> None:
        """Set the random numbers to where they must be for the next token, whatever was drawn."""
        self.generator.manual_seed(self.request.seed)
        self._behind = self._skip_draws + self.count if self.request.is_sampling else 0

    @property
    def ids(self) -> Tensor:
        """Prompt and answer so far, [length]."""
        return self._ids[: self.length]

    @property
    def given(self) -> int | None:
        """The next token where the request names it."""
        begin = self.request.begin
        return begin[self.count] if self.count < len(begin) else None

    @property
    def most_to_come(self) -> int:
        return self.request.max_new_tokens - self.count

    def add(self, token: int) -> None:
        self._ids[self.length] = token
        self.length, self.count = self.length + 1, self.count + 1
        self.ended = token in self._stop_ids or self.count == self.request.max_new_tokens

    def draw(self, processed: Tensor) -> tuple[int, float | None]:
        """The next token, from logits [1, vocabulary]; and where in its interval the draw fell."""
        generator = self.generator if self.request.is_sampling else None
        while self._behind:
            skip_draw(processed, self.generator)
            self._behind -= 1
        if self.given is not None:
            if generator:
                skip_draw(processed, generator)
            return self.given, None
        token, within = sample_token(processed, generator)
        return int(token), None if within is None else float(within)


@torch.inference_mode()
def choose(
    texts: Sequence[Continuation], logits: Tensor, described: bool = False
) -> list[DecodedToken]:
    """The next token of each text, from logits [texts, vocabulary]; they are not added yet.

    Texts of equal settings are processed in one go. `described`: with a TokenChoice for each.
    """
    groups = _of_equal_settings(texts)
    found: Iterable[list[tuple[int, DecodedToken]]]
    if logits.device.type == "cpu":
        groups = [part for rows in groups for part in _parts(rows, torch.get_num_threads())]
        found = _workers().map(lambda rows: _choose_rows(texts, logits, rows, described), groups)
    else:
        found = (_choose_rows(texts, logits, rows, described) for rows in groups)
    chosen = dict(chain.from_iterable(found))
    return [chosen[row] for row in range(len(texts))]


@functools.cache
def _workers() -> ThreadPoolExecutor:
    """As many threads as torch uses, each of which does a whole operation by itself. Rows are
    spread over them: where others want the cores, too, halves of many small operations wait for
    each other longer than they take (130 ms in place of 5 for one token, on two busy cores)."""
    count = torch.get_num_threads()
    workers, all_here = ThreadPoolExecutor(count, "choices"), threading.Barrier(count)

    def alone() -> None:
        torch.set_num_threads(1)  # of this thread, and of threads that are yet to come
        all_here.wait()

    for started in [workers.submit(alone) for _ in range(count)]:
        started.result()
    torch.set_num_threads(count)  # those that are yet to come as before
    return workers


if hasattr(os, "register_at_fork"):  # a forked process has the executor, but not its threads
    os.register_at_fork(after_in_child=_workers.cache_clear)


def _parts(rows: list[int], count: int) -> list[list[int]]:
    """The rows in at most `count` parts of about the same size."""
    size = -(-len(rows) // count)
    return [rows[start : start + size] for start in range(0, len(rows), size)]


@torch.inference_mode()
def _choose_rows(
    texts: Sequence[Continuation], logits: Tensor, rows: list[int], described: bool
) -> list[tuple[int, DecodedToken]]:
    """The next token of some rows, of equal settings, with the numbers of these rows."""
    some = [texts[row] for row in rows]
    theirs = logits if len(rows) == len(texts) else logits[rows]
    return list(zip(rows, _choose_alike(some, theirs, described), strict=True))


def _choose_alike(texts: list[Continuation], logits: Tensor, described: bool) -> list[DecodedToken]:
    processed = process(logits, texts[0].request, _side_by_side(texts))
    drawn = list(map(Continuation.draw, texts, processed.split(1)))
    choices: Sequence[TokenChoice | None] = [None] * len(texts)
    if described:
        choices = token_choices([token for token, _ in drawn], logits, processed)
    return [
        DecodedToken(token, own.clone(), after, within, choice)
        for (token, within), own, after, choice in zip(
            drawn, logits, processed, choices, strict=True
        )
    ]


def _of_equal_settings(texts: Sequence[Continuation]) -> list[list[int]]:
    """Rows by what the logits processors depend on."""
    found: dict[object, list[int]] = defaultdict(list)
    for row, text in enumerate(texts):
        asked = text.request
        sampling = (asked.temperature, asked.top_k, asked.top_p, asked.min_p)
        settings = (asked.repetition_penalty, sampling if asked.is_sampling else None)
        found[settings].append(row)
    return list(found.values())


def _side_by_side(texts: list[Continuation]) -> Tensor:
    """The texts' ids as rows [texts, longest]. The shorter ones are filled up with their own first
    token: which tokens occur in a text is all that the processors ask."""
    if len(texts) == 1:
        return texts[0].ids[None]
    longest = max(text.length for text in texts)
    ids = texts[0].ids.new_empty((len(texts), longest))
    for row, text in zip(ids, texts, strict=True):
        row[: text.length] = text.ids
        row[text.length :] = text.ids[0]
    return ids
