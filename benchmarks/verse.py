"""How well the verse writer knows and keeps classical Chinese verse: its bars.

The poems are those that its training held out; the trigram model beside it learns from the same
poems as it did.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import torch

from backend import Backend
from backend.generation.request import check_request
from backend.generation.results import Generated
from backend.generation.service import Generation
from benchmarks.picture_models import Bar
from benchmarks.trigram import Trigram
from training import verse
from training.poems import LINE, Poem, in_form

CONTINUED, LONGEST = 100, 80  # poems, tokens
TOGETHER = 32  # poems in one pass


def verse_bars(work: Path, models: Path) -> Iterator[Bar]:
    """Perplexity beside the trigram model's, the form of continuations, and speed."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    parts, folder = verse.data(work), models / "verse"
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    unseen = encoded(tokenizer, parts["test"])
    count = len(unseen)
    plain = trigram_perplexity(encoded(tokenizer, parts["train"]), unseen, len(tokenizer))
    yield Bar(f"verse: perplexity a character, {count} unseen poems, trigram model", plain)
    own = perplexity(logprobs(model, unseen))
    yield Bar("verse: perplexity a character, the same poems", own, most=plain)
    begun = [first_line(poem) for poem in parts["test"][:CONTINUED]]
    answers = [continued(line, seed) for seed, line in enumerate(begun)]
    kept = [in_form(line + answer.text) for line, answer in zip(begun, answers, strict=True)]
    yield Bar(f"verse: {CONTINUED} first lines continued, form kept", sum(kept) / CONTINUED, 0.5)
    yield Bar("verse: tokens a second", median(map(speed, answers)), 40)


def encoded(tokenizer: Any, poems: Sequence[Poem]) -> list[list[int]]:
    """Each poem's ids, from its first mark to its last."""
    texts = tokenizer([poem.text for poem in poems])["input_ids"]
    return [[*ids, tokenizer.eos_token_id] for ids in texts]


def trigram_perplexity(seen: list[list[int]], unseen: list[list[int]], vocabulary: int) -> float:
    learnt = Trigram(seen, vocabulary)
    return perplexity([learnt.logprobs(ids) for ids in unseen])


def perplexity(logprobs_: Sequence[np.ndarray]) -> float:
    """Over all tokens of all texts."""
    return math.exp(-float(np.concatenate(logprobs_).mean()))


@torch.inference_mode()
def logprobs(model: Any, texts: Sequence[Sequence[int]]) -> list[np.ndarray]:
    """Of each token of each text but the first mark, in nats."""
    found = []
    for _, alike in groupby(sorted(texts, key=len), len):
        for rows in torch.tensor(list(alike)).split(TOGETHER):
            scores = model(input_ids=rows[:, :-1]).logits.log_softmax(-1)
            found += list(scores.gather(2, rows[:, 1:, None])[..., 0].numpy())
    return found


def first_line(poem: Poem) -> str:
    """With its mark."""
    found = LINE.match(poem.text)
    assert found
    return found[0]


def continued(line: str, seed: int) -> Generated:
    """What the app writes after a poem's first line, with its own settings."""
    request = check_request(line, mode="completion", seed=seed, max_new_tokens=LONGEST)
    service = Generation(backend())
    *_, last = service.generate(request, "bench", service.verse_writer)
    assert isinstance(last, Generated) and last.card
    return last


@functools.cache
def backend() -> Backend:
    """The app's own, with the bundled models."""
    return Backend("bundled")


def speed(answer: Generated) -> float:
    """Tokens a second, after the first."""
    assert answer.card
    return float(answer.card.figures.get("tokens_per_second", 0))
