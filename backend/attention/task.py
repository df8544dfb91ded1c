"""The tab's runs as the backend does them: a loaded model and a run -> results with a run card."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from backend.attention.ablation import Effect, effect
from backend.attention.lens import Lens, lens
from backend.attention.model import AttentionModel
from backend.attention.record import record
from backend.attention.recording import Recording
from backend.attention.request import AttentionRequest, Look
from backend.errors import InputError
from backend.messages import message
from backend.run import RunCard

if TYPE_CHECKING:
    from backend.run import Progress, Run


@dataclass(frozen=True)
class Attended:
    """A recording and what made it."""

    recording: Recording
    card: RunCard


def attend(
    model: AttentionModel, run: Run, request: AttentionRequest
) -> Generator[Progress | Attended, None, None]:
    """Record one text."""
    yield run.progress(message("reading"))
    recording = record(model, replace(request, model=run.spec.id), run.job.check)
    stack = recording.stacks[recording.first_stack]
    figures = {
        "tokens": len(stack.columns),
        "layers": len(stack.layers),
        "heads": stack.heads,
        "forward_seconds": round(recording.forward_seconds, 3),
    }
    exact = replace(run, device=replace(run.device, dtype="float32"))  # whatever suits others
    yield Attended(recording, exact.card(recording.notes, figures))


def read_lens(
    model: AttentionModel, run: Run, recording: Recording, token: int
) -> Generator[Progress | Lens, None, None]:
    """The logit lens at a token (from 1)."""
    yield run.progress(message("measuring"))
    _check_same(model, recording)
    yield lens(model, recording, token)


def measure(
    model: AttentionModel, run: Run, recording: Recording, look: Look
) -> Generator[Progress | Effect, None, None]:
    """Attention beside effect."""
    yield run.progress(message("measuring"))
    _check_same(model, recording)
    yield effect(model, recording, look, run.job.check)


def _check_same(model: AttentionModel, recording: Recording) -> None:
    """A smaller model that stood in meanwhile must not answer for the one that was recorded."""
    if model.name != recording.model:
        raise InputError("result_gone")
