"""What a BERT was pretrained on: the masked word, and whether one sentence follows another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from backend.classification.labels import MASK, check_gaps
from backend.errors import InputError

TOP = 10


@dataclass(frozen=True)
class Filling:
    """A word for the gap, and its probability."""

    word: str
    probability: float


@dataclass(frozen=True)
class MaskedModel:
    """A BERT with its two pretraining heads."""

    tokenizer: Any
    model: Any
    device: str

    @torch.inference_mode()
    def fill(self, text: str, top: int = TOP) -> list[list[Filling]]:
        """For each [MASK] its likeliest words. Raises InputError without one, or with too many."""
        count = check_gaps(text).count(MASK)
        tokens = self._tokens(text)
        places = (tokens["input_ids"][0] == self.tokenizer.mask_token_id).nonzero()[:, 0]
        if len(places) != count:
            raise InputError("mask_cut_off", count=self.limit)
        chances = self.model(**tokens).prediction_logits[0, places].float().softmax(-1)
        best = chances.topk(top, dim=-1)
        return [
            [Filling(self.tokenizer.decode([index]).strip(), value)
             for value, index in zip(values.tolist(), indices.tolist(), strict=True)]
            for values, indices in zip(best.values, best.indices, strict=True)
        ]  # fmt: skip

    @torch.inference_mode()
    def follows(self, first: str, second: str) -> float:
        """The probability that `second` came right after `first` (BERT's next-sentence head)."""
        logits = self.model(**self._tokens(first, second)).seq_relationship_logits[0]
        return float(logits.float().softmax(-1)[0])

    def length(self, *texts: str) -> int:
        """Tokens of the whole texts, read one after the other."""
        return len(self.tokenizer(*texts, truncation=False, verbose=False)["input_ids"])

    def _tokens(self, *texts: str) -> Any:
        tokens = self.tokenizer(*texts, truncation=True, max_length=self.limit, return_tensors="pt")
        return tokens.to(self.device)

    @property
    def limit(self) -> int:
        """Tokens that the model reads; some tokenizers name no limit of their own."""
        return min(512, self.tokenizer.model_max_length)
