"""The frozen sentence encoder, for the router, taught heads and zero-shot by similarity.

Its vectors share one large direction, whatever the text says, and another tells the languages
apart. Without the two, cosines say what the texts have in common, across both languages.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from backend.models.part_size import slices
from backend.parts import Parts, finish

if TYPE_CHECKING:
    from transformers import BatchEncoding

WIDTH = 384
MAX_TOKENS = 256  # the model was trained on shorter texts
BATCH = 64  # texts that are made tokens together


@dataclass(frozen=True)
class Centre:
    """What the vectors of all texts have in common, [384], and the unit direction that leads from
    one language to the other, [384]."""

    mean: Tensor
    language: Tensor

    def taken_from(self, vectors: Tensor) -> Tensor:
        """Unit vectors [N, 384] of unit vectors, without the two."""
        moved = vectors - self.mean
        moved = moved - (moved @ self.language).unsqueeze(1) * self.language
        return torch.nn.functional.normalize(moved, dim=-1)


@dataclass(frozen=True)
class SentenceEncoder:
    """Texts as unit vectors: the mean of the token states, as in sentence-transformers."""

    tokenizer: Any
    model: Any
    device: str
    limit: int = MAX_TOKENS
    prefix: str = ""  # stands before every text, unseen by the visitor
    centre: Centre | None = None
    kept: dict[tuple[str, ...], Tensor] = field(default_factory=dict)  # see `encode_once`

    def length(self, text: str) -> int:
        """Tokens of the whole text."""
        whole = self.prefix + text
        return len(self.tokenizer(whole, truncation=False, verbose=False)["input_ids"])

    def room(self) -> int:
        """Tokens of a text that are read, besides the prefix and the special ones."""
        taken = self.tokenizer(self.prefix.strip())["input_ids"]
        return self.limit - len(taken)

    def encode(self, texts: Sequence[str], check: Callable[[], None] = lambda: None) -> Tensor:
        """float32 [N, 384] on the CPU, in the texts' order; `check` may raise between batches."""
        return finish(self.encode_in_parts(texts, check))

    @torch.inference_mode()
    def encode_in_parts(self, texts: Sequence[str], check: Callable[[], None]) -> Parts[Tensor]:
        """As `encode`, as many texts at a time as make one part."""
        vectors = torch.zeros(len(texts), WIDTH)
        order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            tokens = self._tokens([texts[row] for row in rows])
            for some in slices(self.model, tokens["input_ids"].shape, self.device):
                check()
                vectors[rows[some]] = self._vectors({k: ids[some] for k, ids in tokens.items()})
                yield
        return vectors

    def encode_once(self, texts: tuple[str, ...]) -> Tensor:
        """As `encode`, for texts that never change: encoded at the first call only."""
        if texts not in self.kept:
            self.kept[texts] = self.encode(texts)
        return self.kept[texts]

    def _tokens(self, texts: list[str]) -> BatchEncoding:
        whole = [self.prefix + text for text in texts]
        tokens = self.tokenizer(
            whole, padding=True, truncation=True, max_length=self.limit, return_tensors="pt"
        )
        return tokens.to(self.device)

    def _vectors(self, tokens: dict[str, Tensor]) -> Tensor:
        mean = masked_mean(self.model(**tokens).last_hidden_state, tokens["attention_mask"])
        vectors = torch.nn.functional.normalize(mean, dim=-1).float().cpu()
        return vectors if self.centre is None else self.centre.taken_from(vectors)


def masked_mean(states: Tensor, attention_mask: Tensor) -> Tensor:
    """The mean state of the real tokens: [B, T, D] and [B, T] -> [B, D]."""
    mask = attention_mask.unsqueeze(-1).to(states.dtype)
    return (states * mask).sum(1) / mask.sum(1)
