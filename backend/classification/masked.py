"""BERT's pretraining tasks: the masked word, and whether one sentence follows another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from backend.classification.request import MASK, check_gaps
from backend.classification.results import Filling
from backend.classification.truncation import truncation_note
from backend.errors import InputError
from backend.messages import Message
from backend.models import control_tokens
from backend.parts import Parts

if TYPE_CHECKING:
    from transformers import BatchEncoding

TOP = 10  # words shown for each gap
Check = Callable[[], None]  # may raise: asked before the model reads


@dataclass(frozen=True)
class MaskedModel:
    """A BERT with its two pretraining heads."""

    tokenizer: Any
    model: Any
    device: str

    @torch.inference_mode()
    def fill(
        self, text: str, check: Check = lambda: None, top: int = TOP
    ) -> Parts[list[list[Filling]]]:
        """The `top` likeliest words for each [MASK]; InputError for none or too many of them."""
        count = check_gaps(text).count(MASK)
        tokens = self._tokens(text)
        places = (tokens["input_ids"][0] == self.tokenizer.mask_token_id).nonzero()[:, 0]
        if len(places) != count:
            raise InputError("mask_cut_off", count=self.limit)
        check()
        yield
        probabilities = self.model(**tokens).prediction_logits[0, places].float().softmax(-1)
        best = probabilities.topk(top, dim=-1)
        return [
            self._fillings(values, indices)
            for values, indices in zip(best.values.tolist(), best.indices.tolist(), strict=True)
        ]

    def _fillings(self, values: list[float], indices: list[int]) -> list[Filling]:
        words = [self.tokenizer.decode([index]).strip() for index in indices]
        return list(map(Filling, words, values))

    @torch.inference_mode()
    def follows(self, first: str, second: str, check: Check = lambda: None) -> Parts[float]:
        """The probability that `second` follows `first` (BERT's next-sentence head)."""
        check()
        yield
        logits = self.model(**self._tokens(first, second)).seq_relationship_logits[0]
        return float(logits.float().softmax(-1)[0])

    def notes_on_gaps(self, text: str) -> tuple[Message, ...]:
        """That the text was truncated; that control tokens in it were text."""
        notes = truncation_note(self.length(text), self.limit)
        return notes + control_tokens.note(self.tokenizer, text.replace(MASK, ""))

    def notes_on_pair(self, first: str, second: str) -> tuple[Message, ...]:
        """The same of two sentences."""
        notes = truncation_note(self.length(first, second), self.limit)
        return notes + control_tokens.note(self.tokenizer, first, second)

    def length(self, *texts: str) -> int:
        """Tokens of the whole texts together, special ones included."""
        return len(self._read(*texts, truncation=False, verbose=False)["input_ids"])

    def _tokens(self, *texts: str) -> BatchEncoding:
        tokens = self._read(*texts, truncation=True, max_length=self.limit, return_tensors="pt")
        return tokens.to(self.device)

    def _read(self, *texts: str, **options: Any) -> BatchEncoding:
        """A text with gaps, or two sentences: there [MASK] is text as well."""
        if len(texts) > 1:
            return control_tokens.encode(self.tokenizer, *texts, **options)
        found: BatchEncoding = self.tokenizer(self._with_gaps_only(texts[0]), **options)
        return found

    def _with_gaps_only(self, text: str) -> str:
        """Control tokens but [MASK] as the tokens of their letters: BERT parts brackets from words,
        so spaces between them change nothing else."""
        for name in control_tokens.typed(self.tokenizer, text):
            if name != MASK:
                text = text.replace(name, f"{name[0]} {name[1:-1]} {name[-1]}")
        return text

    @property
    def limit(self) -> int:
        """Tokens that the model reads; some tokenizers name no limit of their own."""
        return min(512, self.tokenizer.model_max_length)
