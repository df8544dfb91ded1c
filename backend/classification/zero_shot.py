"""Zero-shot classification: any labels, no training; three kinds of model, one kind of answer.

Each kind gives every sentence (a template with a label in it) a logit; `to_scores` turns these into
probabilities, by a softmax over the labels or by a sigmoid of each.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from backend.classification import likelihood
from backend.classification.request import filled
from backend.classification.results import Scores, WordingGrid
from backend.classification.sentences import SentenceEncoder
from backend.classification.truncation import truncation_note
from backend.errors import InputError
from backend.models import control_tokens
from backend.models.language_model import LanguageModel
from backend.models.part_size import slices
from backend.parts import Parts
from backend.text import shown

if TYPE_CHECKING:
    from transformers import BatchEncoding

SHARPNESS = 20.0  # logit per unit of cosine similarity: cosines differ by tenths
NEUTRAL_COSINE = 0.25  # neither similar nor dissimilar
NO_LABEL = "something else"  # the baseline where each label is judged alone
BATCH = 32  # sentences that are made tokens together
MAX_TOKENS = 512  # of an entailment model's input
MAX_SENTENCE_TOKENS = 200  # of a template with its label
Check = Callable[[], None]  # may raise: asked between two batches


@dataclass(frozen=True)
class Entailment:
    """A model that says whether a text entails a sentence (natural language inference)."""

    tokenizer: Any
    model: nn.Module
    labels: tuple[str, ...]
    device: str

    @torch.inference_mode()
    def logits(
        self, text: str, sentences: Sequence[str], check: Check = lambda: None
    ) -> Parts[Tensor]:
        """Log-odds of entailment, float64 [N], a few sentences at a time."""
        found = []
        for start in range(0, len(sentences), BATCH):
            tokens = self._tokens(text, list(sentences[start : start + BATCH]))
            ids, mask = tokens["input_ids"], tokens["attention_mask"]
            for some in slices(self.model, ids.shape, self.device):
                check()
                logits = self.model(input_ids=ids[some], attention_mask=mask[some])
                found.append(self._log_odds(logits.double().cpu()))
                yield
        return torch.cat(found)

    def _tokens(self, text: str, hypotheses: list[str]) -> BatchEncoding:
        """The text paired with each hypothesis; a long text is truncated, a hypothesis never."""
        tokens = self.tokenizer(
            [text] * len(hypotheses),
            hypotheses,
            padding=True,
            truncation="only_first",
            max_length=MAX_TOKENS,
            return_tensors="pt",
        )
        return tokens.to(self.device)

    def _log_odds(self, logits: Tensor) -> Tensor:
        yes = self.labels.index("entailment")
        others = [place for place in range(len(self.labels)) if place != yes]
        return logits[:, yes] - logits[:, others].logsumexp(-1)


Model = Entailment | SentenceEncoder | LanguageModel


def label_logits(
    model: Model, text: str, sentences: Sequence[str], check: Check = lambda: None
) -> Parts[Tensor]:
    """A logit for each sentence, float64 [N]: positive if the text supports it."""
    if isinstance(model, Entailment):
        return (yield from model.logits(text, sentences, check))
    if isinstance(model, SentenceEncoder):
        vectors = (yield from model.encode_in_parts([text, *sentences], check)).double()
        return SHARPNESS * (vectors[1:] @ vectors[0] - NEUTRAL_COSINE)
    return (yield from likelihood.pmi(model, text, sentences, check))


def to_scores(labels: Sequence[str], logits: Tensor, multi_label: bool) -> Scores:
    """Logits [labels] as probabilities: among the labels, or of each alone."""
    values = logits.sigmoid() if multi_label else logits.softmax(-1)
    return Scores(tuple(labels), tuple(values.tolist()), multi_label)


def _needs_baseline(model: Model, multi_label: bool) -> bool:
    """A language model finds any sentence likelier after a text, so its zero must be measured."""
    return multi_label and isinstance(model, LanguageModel)


def score_labels(
    model: Model,
    text: str,
    labels: Sequence[str],
    templates: Sequence[str],
    multi_label: bool,
    check: Check = lambda: None,
) -> Parts[WordingGrid]:
    """The labels' scores under each template, a few sentences at a time.

    Raises InputError for a sentence of more than MAX_SENTENCE_TOKENS tokens.
    """
    judged = (*labels, NO_LABEL) if _needs_baseline(model, multi_label) else tuple(labels)
    sentences = [filled(template, label) for template in templates for label in judged]
    longest = _longest(model, sentences)
    logits = yield from label_logits(model, text, sentences, check)
    logits = logits.reshape(len(templates), len(judged))
    if len(judged) > len(labels):
        logits = logits[:, :-1] - logits[:, -1:]
    rows = tuple(to_scores(labels, row, multi_label) for row in logits)
    tokens = _token_counts(model, [text])[0]
    notes = control_tokens.note(model.tokenizer, text, sentences)
    notes += truncation_note(tokens, _limit(model, longest))
    return WordingGrid(tuple(templates), rows, notes)


def _token_counts(model: Model, texts: Sequence[str]) -> list[int]:
    """How many tokens each text has, special ones not counted."""
    options = {"add_special_tokens": False, "verbose": False}
    found = control_tokens.encode(model.tokenizer, list(texts), **options)["input_ids"]
    return [len(ids) for ids in found]


def _longest(model: Model, sentences: Sequence[str]) -> int:
    """Tokens of the longest sentence, which must fit whole: the label may be at its end."""
    counts = _token_counts(model, sentences)
    longest = max(counts)
    if longest > MAX_SENTENCE_TOKENS:
        sentence = shown(sentences[counts.index(longest)])
        raise InputError(
            "sentence_too_long", value=sentence, count=longest, limit=MAX_SENTENCE_TOKENS
        )
    return longest


def _limit(model: Model, longest: int) -> int:
    """Tokens of the text that the model reads, special ones not counted."""
    if isinstance(model, Entailment):
        return MAX_TOKENS - longest - 3  # they share the input
    return model.room() if isinstance(model, SentenceEncoder) else likelihood.MAX_TOKENS
