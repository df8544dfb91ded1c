"""Labels of one's own, with no training: three ways to ask a model, one shape of answer.

Each way gives every sentence (a template with a label in it) a strength; `to_scores` makes
probabilities of them, among the labels or for each label alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from backend.classification import likelihood
from backend.classification.labels import filled
from backend.classification.reading import cut_note
from backend.classification.scores import Scores
from backend.classification.sentences import SentenceEncoder
from backend.errors import InputError
from backend.messages import Message
from backend.models.language_model import LanguageModel
from backend.text import shown

SHARPNESS = 20.0  # of likeness: cosines of MiniLM differ by tenths
COMMON = 0.25  # a cosine that is neither near nor far
NO_LABEL = "something else"  # what a label must beat where each is judged alone
BATCH = 32
LIMIT = 512  # tokens
LONGEST_SENTENCE = 200  # tokens of a template with its label
Check = Callable[[], None]  # may raise: asked between two batches


@dataclass(frozen=True)
class Entailment:
    """A model that says whether a text entails a sentence (natural language inference)."""

    tokenizer: Any
    model: nn.Module
    labels: tuple[str, ...]
    device: str

    @torch.inference_mode()
    def strengths(self, text: str, sentences: Sequence[str], check: Check = lambda: None) -> Tensor:
        """Log-odds of entailment, float64 [N]."""
        found = []
        for start in range(0, len(sentences), BATCH):
            check()
            hypotheses = list(sentences[start : start + BATCH])
            tokens = self.tokenizer([text] * len(hypotheses), hypotheses, padding=True,
                                    truncation="only_first", max_length=LIMIT,
                                    return_tensors="pt").to(self.device)  # fmt: skip
            logits = self.model(
                input_ids=tokens["input_ids"], attention_mask=tokens["attention_mask"]
            )
            found.append(self._log_odds(logits.double().cpu()))
        return torch.cat(found)

    def _log_odds(self, logits: Tensor) -> Tensor:
        yes = self.labels.index("entailment")
        others = [place for place in range(len(self.labels)) if place != yes]
        return logits[:, yes] - logits[:, others].logsumexp(-1)


Model = Entailment | SentenceEncoder | LanguageModel


def strengths(
    model: Model, text: str, sentences: Sequence[str], check: Check = lambda: None
) -> Tensor:
    """How strongly the text speaks for each sentence, float64 [N]; 0 is neither for nor against."""
    if isinstance(model, Entailment):
        return model.strengths(text, sentences, check)
    if isinstance(model, SentenceEncoder):
        vectors = model.encode([text, *sentences], check).double()
        return SHARPNESS * (vectors[1:] @ vectors[0] - COMMON)
    return likelihood.evidence(model, text, sentences, check)


def to_scores(labels: Sequence[str], found: Tensor, multi_label: bool) -> Scores:
    """Strengths [labels] as probabilities: among the labels, or of each alone."""
    values = found.sigmoid() if multi_label else found.softmax(-1)
    return Scores(tuple(labels), tuple(values.tolist()), multi_label)


def _needs_zero(model: Model, multi_label: bool) -> bool:
    """A language model finds any sentence likelier after a text: its zero must be measured."""
    return multi_label and isinstance(model, LanguageModel)


@dataclass(frozen=True)
class WordingGrid:
    """The same question in several wordings, the visitor's own first; notes on the text."""

    templates: tuple[str, ...]
    rows: tuple[Scores, ...]
    notes: tuple[Message, ...] = ()


def ask(
    model: Model,
    text: str,
    labels: Sequence[str],
    templates: Sequence[str],
    multi_label: bool,
    check: Check = lambda: None,
) -> WordingGrid:
    """The labels' scores under each template; all go through the model together.

    Raises InputError for a sentence of more than LONGEST_SENTENCE tokens.
    """
    asked = (*labels, NO_LABEL) if _needs_zero(model, multi_label) else tuple(labels)
    sentences = [filled(template, label) for template in templates for label in asked]
    longest = _longest(model, sentences)
    found = strengths(model, text, sentences, check).reshape(len(templates), len(asked))
    if len(asked) > len(labels):
        found = found[:, :-1] - found[:, -1:]
    rows = tuple(to_scores(labels, row, multi_label) for row in found)
    tokens = _tokens(model, [text])[0]
    return WordingGrid(tuple(templates), rows, cut_note(tokens, _room(model, longest)))


def _tokens(model: Model, texts: Sequence[str]) -> list[int]:
    """How many tokens each text has, special ones not counted."""
    found = model.tokenizer(list(texts), add_special_tokens=False, verbose=False)["input_ids"]
    return [len(ids) for ids in found]


def _longest(model: Model, sentences: Sequence[str]) -> int:
    """Tokens of the longest sentence: a model must not lose the label at its end."""
    counts = _tokens(model, sentences)
    longest = max(counts)
    if longest > LONGEST_SENTENCE:
        sentence = shown(sentences[counts.index(longest)])
        raise InputError("sentence_too_long", value=sentence, count=longest, limit=LONGEST_SENTENCE)
    return longest


def _room(model: Model, longest: int) -> int:
    """Tokens of the text that the model reads, special ones not counted."""
    if isinstance(model, Entailment):
        return LIMIT - longest - 3  # they share the input
    return model.limit - 2 if isinstance(model, SentenceEncoder) else likelihood.LONGEST
