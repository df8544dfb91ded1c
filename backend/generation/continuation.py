"""Texts being continued, and the choice of the next token for any number of them at once.

One text alone is the case of one row: the same steps choose its token. What is computed of a row
does not depend on the rows beside it, and each text has random numbers of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import torch
from torch import Tensor

from backend.generation.logits_processors import process
from backend.generation.request import GenerationRequest
from backend.generation.sampling import sample_token, skip_draw
from backend.generation.token_choice import TokenChoice, token_choices


@dataclass(frozen=True)
class DecodedToken:
    """A token, and what it was chosen from: logits [vocabulary], float32. Both may be rows of
    larger tensors: who keeps them copies them."""

    id: int
    logits: Tensor  # the model's own
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
    chosen: dict[int, DecodedToken] = {}
    for rows in _of_equal_settings(texts):
        some = [texts[row] for row in rows]
        theirs = logits if len(rows) == len(texts) else logits[rows]
        chosen |= dict(zip(rows, _choose_alike(some, theirs, described), strict=True))
    return [chosen[row] for row in range(len(texts))]


def _choose_alike(texts: list[Continuation], logits: Tensor, described: bool) -> list[DecodedToken]:
    processed = process(logits, texts[0].request, _side_by_side(texts))
    drawn = _draw_each(texts, processed)
    choices: Sequence[TokenChoice | None] = [None] * len(texts)
    if described:
        choices = token_choices([token for token, _ in drawn], logits, processed)
    return [
        DecodedToken(token, own, after, within, choice)
        for (token, within), own, after, choice in zip(
            drawn, logits, processed, choices, strict=True
        )
    ]


def _draw_each(texts: list[Continuation], processed: Tensor) -> list[tuple[int, float | None]]:
    """One row's random numbers are made serially, so rows are spread over the CPU's threads."""
    draw, rows = Continuation.draw, processed.split(1)
    if len(texts) == 1 or processed.device.type != "cpu":
        return list(map(draw, texts, rows))
    with ThreadPoolExecutor(torch.get_num_threads()) as pool:
        return list(pool.map(draw, texts, rows))


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
