"""Why a text got its label: two attribution methods side by side, and how far to trust them.

Both explain the log-odds of one label. Integrated gradients (Sundararajan et al. 2017; Captum)
follow a straight path from an empty text, every word replaced by padding, to the real one. Their
sum is the whole difference (completeness), which is checked (`integration.py`). Leave-one-out drops
each word in turn and classifies again.
Faithfulness is ERASER's comprehensiveness (DeYoung et al. 2020): how far the probability falls
without the words ranked highest, compared with the same number of random words.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from backend.classification.expert import Expert
from backend.classification.integration import Path, integrate
from backend.classification.results import Explanation
from backend.errors import InputError
from backend.parts import Parts
from backend.words import Word, merged, without, words_of

MAX_WORDS = 120
TOP_SHARE = 0.2  # of the words, removed by the faithfulness test
DRAWS = 10  # random sets of words to compare with


def explain(
    expert: Expert, text: str, label: str, check: Callable[[], None] = lambda: None
) -> Parts[Explanation]:
    """Explain one label of one text, a pass at a time; `check` may raise between two."""
    words = words_of(text)
    if not 1 <= len(words) <= MAX_WORDS or expert.length(text) > expert.limit:
        raise InputError("why_words", count=len(words), limit=MAX_WORDS)
    target = expert.labels.index(label)
    gradients, difference = yield from integrated_gradients(expert, text, target, words, check)
    dropped = yield from leave_one_out(expert, text, target, words, check)
    rankings: dict[str, Sequence[float]] = {"gradients": gradients, "dropped": dropped}
    lost = yield from _probability_lost(expert, text, target, words, rankings, check)
    return Explanation(
        label=label,
        probability=float(expert.probabilities([text])[0, target]),
        words=tuple(words),
        integrated_gradients=tuple(gradients),
        leave_one_out=tuple(dropped),
        log_odds_difference=difference,
        completeness_gap=abs(sum(gradients) - difference) / max(abs(difference), 1e-9),
        rank_correlation=rank_correlation(gradients, dropped),
        words_removed=_words_removed(words),
        probability_lost=lost,
    )


def log_odds(logits: Tensor, target: int, multi_label: bool) -> Tensor:
    """log(p / (1 - p)) of one label from logits [B, L]."""
    if multi_label:
        return logits[:, target]
    others = [place for place in range(logits.shape[1]) if place != target]
    return logits[:, target] - logits[:, others].logsumexp(-1)


def integrated_gradients(
    expert: Expert, text: str, target: int, words: Sequence[Word], check: Callable[[], None]
) -> Parts[tuple[list[float], float]]:
    """A score for each word, and the difference of log-odds that they should add up to."""
    tokens = expert.tokens([text], return_offsets_mapping=True)
    offsets = [(int(a), int(b)) for a, b in tokens["offset_mapping"][0].tolist()]
    mask = tokens["attention_mask"]
    start, end = _path_ends(expert, tokens["input_ids"], offsets)

    def forward(vectors: Tensor, masks: Tensor) -> Tensor:
        check()
        logits = expert.model(inputs_embeds=vectors, attention_mask=masks)
        return log_odds(logits, target, expert.multi_label)

    per_token, difference = yield from integrate(Path(forward, start, end, mask))
    return merged(words, offsets, per_token.tolist()), difference


def _path_ends(
    expert: Expert, ids: Tensor, offsets: Sequence[tuple[int, int]]
) -> tuple[Tensor, Tensor]:
    """Word vectors [1, T, D] of the empty text and of the real one; special tokens stay."""
    is_word = torch.tensor([[end > start for start, end in offsets]], device=ids.device)
    padding = torch.full_like(ids, expert.tokenizer.pad_token_id)
    empty = torch.where(is_word, padding, ids)
    return expert.word_vectors(empty), expert.word_vectors(ids)


def leave_one_out(
    expert: Expert,
    text: str,
    target: int,
    words: Sequence[Word],
    check: Callable[[], None] = lambda: None,
) -> Parts[list[float]]:
    """The log-odds lost without each word; all shortened texts in one batch."""
    shorter = [without(text, words, [number]) for number in range(len(words))]
    logits = yield from expert.logits_in_parts([text, *shorter], check)
    odds = log_odds(logits.double(), target, expert.multi_label)
    return (odds[0] - odds[1:]).tolist()


def rank_correlation(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Spearman's rho; None where it is undefined or meaningless (few words, equal scores)."""
    from scipy.stats import spearmanr

    if len(first) < 3 or len(set(first)) == 1 or len(set(second)) == 1:
        return None
    return float(spearmanr(first, second).statistic)


def _words_removed(words: Sequence[Word]) -> int:
    """How many words the faithfulness test removes."""
    return max(1, round(TOP_SHARE * len(words)))


def _probability_lost(
    expert: Expert,
    text: str,
    target: int,
    words: Sequence[Word],
    rankings: dict[str, Sequence[float]],
    check: Callable[[], None],
) -> Parts[dict[str, float]]:
    """How far the probability falls without the top words of each ranking, and random ones."""
    count = _words_removed(words)
    draw = random.Random(0)  # noqa: S311 (which words, not a secret)
    removed = [list(np.argsort(scores)[::-1][:count]) for scores in rankings.values()]
    removed += [draw.sample(range(len(words)), count) for _ in range(DRAWS)]
    texts = [text, *(without(text, words, numbers) for numbers in removed)]
    probabilities = (yield from expert.probabilities_in_parts(texts, check))[:, target]
    lost = (probabilities[0] - probabilities[1:]).tolist()
    named = dict(zip(rankings, lost[: len(rankings)], strict=True))
    return named | {"random": sum(lost[len(rankings) :]) / DRAWS}
