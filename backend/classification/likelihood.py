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
from backend.parts import Parts

if TYPE_CHECKING:
    from backend.models.language_model import LanguageModel
    from backend.models.reader import CausalReader

MAX_TOKENS = 512  # of the text, from its start
# One part takes about a quarter of a second on two cores, which is 64 new tokens. To attend to a
# token of the prefix costs a row as much as a TOKEN_COST-th of a token of its own.
MAX_PASS_TOKENS, TOKEN_COST = 4096, 64
PIECE = MAX_PASS_TOKENS // TOKEN_COST  # tokens of one text that are read at once


@torch.inference_mode()
def pmi(
    lm: LanguageModel,
    text: str,
    sentences: Sequence[str],
    check: Callable[[], None] = lambda: None,
) -> Parts[Tensor]:
    """log P(sentence | text) - log P(sentence) in nats, float64 [N]; `check` may raise."""
    start = ids_of(lm, text)[:MAX_TOKENS]
    bare = first_token(lm)
    after = yield from _log_likelihoods(lm, [*bare, *start], sentences, check)
    return after - (yield from _log_likelihoods(lm, bare, sentences, check))


def ids_of(lm: LanguageModel, text: str) -> list[int]:
    """The text's tokens; control tokens in it are text."""
    return list(control_tokens.encode(lm.tokenizer, text, add_special_tokens=False)["input_ids"])


def first_token(lm: LanguageModel) -> list[int]:
    """The token before any text: the model's own begin or end of text."""
    tokenizer = lm.tokenizer
    first = tokenizer.bos_token_id if tokenizer.bos_token_id is not None else min(lm.stop_ids)
    return [int(first)]


def _log_likelihoods(
    lm: LanguageModel, prefix: list[int], sentences: Sequence[str], check: Callable[[], None]
) -> Parts[Tensor]:
    """log P(sentence | prefix) of each, float64 [N]; the prefix is read once."""
    reader, first = yield from read(lm, prefix, check)
    tails = [ids_of(lm, " " + text) for text in sentences]
    return (yield from continued(reader, first, tails, check))


def read(
    lm: LanguageModel, prefix: list[int], check: Callable[[], None]
) -> Parts[tuple[CausalReader, Tensor]]:
    """A reader that has read the prefix, and the log-probabilities [V] of the token after it."""
    reader = lm.reader()
    for piece in torch.tensor([prefix], device=reader.device).split(PIECE, dim=1):
        check()
        logits = reader.read(piece)
        yield
    return reader, logits[0, -1].log_softmax(-1)


def continued(
    reader: CausalReader, first: Tensor, tails: Sequence[list[int]], check: Callable[[], None]
) -> Parts[Tensor]:
    """log P(tail | what was read) of each tail of token ids, float64 [N]; `first` as `read` gives
    it."""
    rows, found = _rows_at_once(reader.length, max(map(len, tails))), []
    for start in range(0, len(tails), rows):
        batch = _batch(reader.copy(), first, list(tails[start : start + rows]), check)
        found.append((yield from batch))
    return torch.cat(found)


def _rows_at_once(prefix: int, width: int) -> int:
    """How many sentences of `width` tokens after `prefix` tokens are one part."""
    return max(1, MAX_PASS_TOKENS // (prefix + TOKEN_COST * width))


def _batch(
    reader: CausalReader, first: Tensor, tails: list[list[int]], check: Callable[[], None]
) -> Parts[Tensor]:
    """The sum of each tail's token log-probabilities [N], all tails together.

    Short tails are padded on the right, where causal attention does not look. `first` [V] has the
    log-probabilities of the token after the prefix.
    """
    width = max(map(len, tails))
    ids = torch.tensor([_padded(tail, width) for tail in tails], device=reader.device)
    is_real = torch.tensor([_padded([1] * len(tail), width) for tail in tails], device=ids.device)
    logprobs = [first[ids[:, :1]]]
    rows: list[int] | None = [0] * len(tails)  # all continue the prefix
    for start in range(0, width - 1, PIECE):  # the last token has no next one
        check()
        piece = ids[:, start : min(start + PIECE, width - 1)]
        logits = reader.read(piece, keep=piece.shape[1], rows=rows)
        logprobs.append(_of_the_next(logits, ids[:, start + 1 : start + PIECE + 1]))
        rows = None
        yield
    return (torch.cat(logprobs, dim=1) * is_real).double().sum(1).cpu()


def _of_the_next(logits: Tensor, following: Tensor) -> Tensor:
    """Log-probabilities [N, n] of the tokens that follow; logits [N, n or n + 1, V]."""
    logits = logits[:, : following.shape[1]]
    return logits.gather(2, following[:, :, None]).squeeze(2) - logits.logsumexp(-1)


def _padded(values: list[int], width: int) -> list[int]:
    return values + [0] * (width - len(values))
