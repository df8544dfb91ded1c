"""Zero-shot by a language model: how much likelier does the text make a sentence with the label?

Calibrated (PMI, Holtzman et al. 2021, "Surface Form Competition"): the sentence's log-likelihood
after the text, less the same with no text, so that a frequent word gains nothing by being frequent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from backend.models.language_model import LanguageModel
    from backend.models.reader import CausalReader

LONGEST = 512  # tokens of the text that are read, from its start
# What one pass may hold, in tokens of the prefix: a token's keys and values are 46 kB for SmolLM2,
# and a sentence's token has its logits over the whole vocabulary besides, about LOGITS times that.
ROOM, LOGITS = 32_768, 8


@torch.inference_mode()
def evidence(
    lm: LanguageModel,
    text: str,
    sentences: Sequence[str],
    check: Callable[[], None] = lambda: None,
) -> Tensor:
    """log P(sentence | text) - log P(sentence), nats, float64 [N]; `check` may raise meanwhile."""
    start = lm.tokenizer(text, add_special_tokens=False)["input_ids"][:LONGEST]
    bare = _first_token(lm)
    after = _log_likelihoods(lm, [*bare, *start], sentences, check)
    return after - _log_likelihoods(lm, bare, sentences, check)


def _first_token(lm: LanguageModel) -> list[int]:
    """What stands before everything: the model's own begin or end of text."""
    tokenizer = lm.tokenizer
    first = tokenizer.bos_token_id if tokenizer.bos_token_id is not None else min(lm.stop_ids)
    return [int(first)]


def _log_likelihoods(
    lm: LanguageModel, prefix: list[int], sentences: Sequence[str], check: Callable[[], None]
) -> Tensor:
    """log P(sentence | prefix) of each, float64 [N]; the prefix is read once."""
    reader = lm.reader()
    logits = reader.read(torch.tensor([prefix], device=reader.device))
    first = logits[0, -1].log_softmax(-1)
    tails = [lm.tokenizer(" " + text, add_special_tokens=False)["input_ids"] for text in sentences]
    rows, found = _rows_at_once(len(prefix), max(map(len, tails))), []
    for start in range(0, len(tails), rows):
        check()
        found.append(_batch(reader.copy(), first, tails[start : start + rows]))
    return torch.cat(found)


def _rows_at_once(prefix: int, width: int) -> int:
    """How many sentences of `width` tokens after `prefix` tokens fit into one pass."""
    return max(1, ROOM // (prefix + LOGITS * width))


def _batch(reader: CausalReader, first: Tensor, tails: list[list[int]]) -> Tensor:
    """The sum of each tail's token log-probabilities [N], all tails in one pass.

    What fills a short tail up stands behind it, where none of its own tokens looks.
    """
    width = max(map(len, tails))
    ids, real = (
        torch.tensor([row(tail) for tail in tails], device=reader.device)
        for row in (
            lambda tail: tail + [0] * (width - len(tail)),
            lambda tail: [1] * len(tail) + [0] * (width - len(tail)),
        )
    )
    later = reader.read(ids, keep=width, rows=[0] * len(tails))[:, :-1]
    said = later.gather(2, ids[:, 1:, None]).squeeze(2) - later.logsumexp(-1)
    each = torch.cat([first[ids[:, :1]], said], dim=1)
    return (each * real).double().sum(1).cpu()
