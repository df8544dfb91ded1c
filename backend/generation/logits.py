"""The logits after some tokens, for an answer whose own stayed where it was written."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import torch
from torch import Tensor

from backend.models.language_model import LanguageModel
from backend.run import Run

CHUNK = 128  # tokens between two checks for Stop


@dataclass(frozen=True)
class NextLogits:
    """What a model gives for the token after some others."""

    model: str  # the row's id
    logits: Tensor  # [vocabulary], float32


def next_logits(
    lm: LanguageModel, run: Run, ids: tuple[int, ...]
) -> Generator[NextLogits, None, None]:
    """Reads the ids once."""
    reader = lm.reader()
    for chunk in torch.tensor([ids], device=reader.device).split(CHUNK, dim=1):
        run.job.check()
        yield from run.pause()
        logits = reader.read(chunk, keep=1)[0, -1]
    yield NextLogits(run.spec.id, logits.cpu().clone())
