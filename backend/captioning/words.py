"""Tokens merged into whole words, each with its probability, its alternatives and its map."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

from torch import Tensor

from backend.captioning.caption_model import CaptionModel
from backend.captioning.decoding import Hypothesis, Token, decode
from backend.captioning.request import CaptionRequest
from backend.captioning.results import Alternative, Caption, Word
from backend.messages import Message, message
from backend.models import control_tokens


def caption_picture(
    model: CaptionModel, request: CaptionRequest, check: Callable[[], None]
) -> Caption:
    """The best caption, without attribution maps. `check` as in `decode`."""
    encoded = model.encode(request.picture, request.question, request.length)
    *_, hypotheses = decode(model, encoded, request, check)
    return caption_of(model, hypotheses[0])


def caption_of(model: CaptionModel, hypothesis: Hypothesis, maps: Tensor | None = None) -> Caption:
    """A hypothesis as people read it; `maps` [T, rows, columns] are those of its tokens."""
    tokens = hypothesis.tokens
    starts = [at for at, one in enumerate(tokens) if at == 0 or not model.continues_word(one.id)]
    words = tuple(
        _word(model, tokens[first:after], first, maps)
        for first, after in pairwise([*starts, len(tokens)])
    )
    ids = tuple(token.id for token in tokens)
    probability = math.exp(hypothesis.score)
    return Caption(model.text(ids), words, probability, ids, hypothesis.ended)


def note_on_control_tokens(model: CaptionModel, *texts: str) -> tuple[Message, ...]:
    """That control tokens in a prefix or a question were taken as text, where there are any. A
    model without a tokenizer, whose tokens are whole words, has none."""
    tokenizer = getattr(model, "tokenizer", None)
    return () if tokenizer is None else control_tokens.note(tokenizer, *texts)


def note_on_language(model: CaptionModel, language: str, name: str) -> tuple[Message, ...]:
    """That the model of this name speaks another language than is asked for, where it does."""
    return () if model.language == language else (message("caption_in_english", model=name),)


def _word(model: CaptionModel, tokens: tuple[Token, ...], first: int, maps: Tensor | None) -> Word:
    after = first + len(tokens)
    alternatives = tuple(
        Alternative("" if id_ == model.end else model.text([id_]), math.exp(logprob), id_)
        for id_, logprob in tokens[0].alternatives
    )
    return Word(
        text=model.text([token.id for token in tokens]),
        probability=math.exp(sum(token.logprob for token in tokens)),
        alternatives=alternatives,
        map=None if maps is None else maps[first:after].mean(0),
        span=(first, after),
        given=tokens[0].given,
    )
