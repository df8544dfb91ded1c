"""A trained classifier, ready to run: texts in, probabilities out.

`loading.py` makes it. `model` maps token ids, or word vectors in their place (for the gradients of
`why.py`), to logits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn

from backend.classification.scores import Scores
from backend.models.part_size import slices
from backend.parts import Parts, finish

if TYPE_CHECKING:
    from transformers import BatchEncoding

BATCH = 64  # texts that are made tokens together
CHUNK = 512  # texts sorted by length together; a stopped run keeps its finished chunks


@dataclass(frozen=True)
class Expert:
    """A sequence classifier with its tokenizer."""

    labels: tuple[str, ...]
    tokenizer: Any
    model: nn.Module  # (input_ids | inputs_embeds [B, T(, D)], attention_mask [B, T]) -> [B, L]
    word_vectors: nn.Module
    limit: int  # the longest input in tokens
    device: str
    multi_label: bool = False  # each label is a yes-or-no question of its own

    def tokens(self, texts: Sequence[str], **options: Any) -> BatchEncoding:
        """Padded token ids and mask, on the expert's device; longer texts are truncated."""
        tokens = self.tokenizer(
            list(texts),
            padding=True,
            truncation=True,
            max_length=self.limit,
            return_tensors="pt",
            **options,
        )
        return tokens.to(self.device)

    def length(self, text: str) -> int:
        """Tokens of the whole text."""
        return len(self.tokenizer(text, truncation=False, verbose=False)["input_ids"])

    def logits(self, texts: Sequence[str], check: Callable[[], None] = lambda: None) -> Tensor:
        """float32 [N, labels] on the CPU; texts of similar length together; `check` may raise."""
        return finish(self.logits_in_parts(texts, check))

    @torch.inference_mode()
    def logits_in_parts(self, texts: Sequence[str], check: Callable[[], None]) -> Parts[Tensor]:
        """As `logits`, as many texts at a time as make one part."""
        order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        found = torch.zeros(len(texts), len(self.labels))
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            tokens = self.tokens([texts[row] for row in rows])
            ids, mask = tokens["input_ids"], tokens["attention_mask"]
            for some in slices(self.model, ids.shape, self.device):
                check()
                logits = self.model(input_ids=ids[some], attention_mask=mask[some])
                found[rows[some]] = logits.float().cpu()
                yield
        return found

    def probabilities(
        self, texts: Sequence[str], check: Callable[[], None] = lambda: None
    ) -> np.ndarray:
        """float64 [N, labels]."""
        return finish(self.probabilities_in_parts(texts, check))

    def probabilities_in_parts(
        self, texts: Sequence[str], check: Callable[[], None]
    ) -> Parts[np.ndarray]:
        return self._probabilities((yield from self.logits_in_parts(texts, check)))

    def _probabilities(self, logits: Tensor) -> np.ndarray:
        logits = logits.double()
        return (logits.sigmoid() if self.multi_label else logits.softmax(-1)).numpy()

    def chunks(
        self, texts: Sequence[str], check: Callable[[], None] = lambda: None
    ) -> Iterator[np.ndarray | None]:
        """The probabilities of CHUNK texts at a time, in their order; None after each part."""
        for start in range(0, len(texts), CHUNK):
            yield (yield from self.probabilities_in_parts(texts[start : start + CHUNK], check))

    def scores(self, text: str) -> Scores:
        values = self.probabilities([text])[0]
        return Scores(self.labels, tuple(map(float, values)), self.multi_label)
