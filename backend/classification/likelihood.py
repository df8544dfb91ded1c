"""Zero-shot by a language model: how much likelier is a sentence with the label after the text?

Pointwise mutual information (Holtzman et al. 2021, "Surface Form Competition"): the sentence's
log-likelihood after the text minus that without the text, so that frequent words have no advantage.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from backend.models import control_tokens

if TYPE_CHECKING:
    from backend.models.language_model import LanguageModel
    from backend.models.reader import CausalReader

MAX_TOKENS = 512  # of the text, from its start
# The memory of one pass, in tokens of the prefix: a token's keys and values take 46 kB in SmolLM2.
# A token of a sentence also has logits over the whole vocabulary, about LOGITS_COST times as much.
MAX_PASS_TOKENS, LOGITS_COST = 32_768, 8


@torch.inference_mode()
def pmi(
    lm: LanguageModel,
    text: str,
    sentences: Sequence[str],
    check: Callable[[], None] = lambda: None,
) -> Tensor:
    """log P(sentence | text) - log P(sentence) in nats, float64 [N]; `check` may raise."""
    start = _ids(lm, text)[:MAX_TOKENS]
    bare = _first_token(lm)
    after = _log_likelihoods(lm, [*bare, *start], sentences, check)
    return after - _log_likelihoods(lm, bare, sentences, check)


def _ids(lm: LanguageModel, text: str) -> list[int]:
    return list(control_tokens.encode(lm.tokenizer, text, add_special_tokens=False)["input_ids"])


def _first_token(lm: LanguageModel) -> list[int]:
    """The token before any text: the model's own begin or end of text."""
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
    tails = [_ids(lm, " " + text) for text in sentences]
    rows, found = _rows_at_once(len(prefix), max(map(len, tails))), []
    for start in range(0, len(tails), rows):
        check()
        found.append(_batch(reader.copy(), first, tails[start : start + rows]))
    return torch.cat(found)


def _rows_at_once(prefix: int, width: int) -> int:
    """How many sentences of `width` tokens after `prefix` tokens fit into one pass."""
    return max(1, MAX_PASS_TOKENS // (prefix + LOGITS_COST * width))


def _batch(reader: CausalReader, first: Tensor, tails: list[list[int]]) -> Tensor:
    """The sum of each tail's token log-probabilities [N], all tails in one pass.

    Short tails are padded on the right, where causal attention does not look. `first` [V] has the
    log-probabilities of the token after the prefix.
    """
    width = max(map(len, tails))
    ids = torch.tensor([_padded(tail, width) for tail in tails], device=reader.device)
    is_real = torch.tensor([_padded([1] * len(tail), width) for tail in tails], device=ids.device)
    later = reader.read(ids, keep=width, rows=[0] * len(tails))[:, :-1]
    logprobs = later.gather(2, ids[:, 1:, None]).squeeze(2) - later.logsumexp(-1)
    all_logprobs = torch.cat([first[ids[:, :1]], logprobs], dim=1)
    return (all_logprobs * is_real).double().sum(1).cpu()


def _padded(values: list[int], width: int) -> list[int]:
    return values + [0] * (width - len(values))
