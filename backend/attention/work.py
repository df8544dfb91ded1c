"""The attention tab's runs as the backend does them: (model, run, *arguments) -> results."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from functools import partial

from backend.attention.ablation import ablation
from backend.attention.lens import logit_lens
from backend.attention.look import resolve, resolve_nearest
from backend.attention.model import AttentionModel
from backend.attention.record import record
from backend.attention.recording import Recording
from backend.attention.request import AttentionRequest, Look, ResolvedLook
from backend.attention.results import Ablation, Attended, Lens
from backend.callback_generator import in_turns
from backend.errors import InputError
from backend.languages import note
from backend.messages import message
from backend.run import Progress, Run


def attend(
    model: AttentionModel, run: Run, request: AttentionRequest, look: Look, nearest: bool
) -> Generator[Progress | Attended, None, None]:
    """Record one text."""
    yield run.progress(message("reading"))
    recorded = partial(record, model, replace(request, model=run.spec.id))
    recording = yield from run.in_parts(in_turns(recorded, run.job.check, model.thread))
    resolved = (resolve_nearest if nearest else resolve)(recording, look)
    stack = recording.stacks[recording.first_stack]
    figures = {
        "tokens": len(stack.columns),
        "layers": len(stack.layers),
        "heads": stack.heads,
        "forward_seconds": round(recording.forward_seconds, 3),
    }
    notes = (*note(run.spec, request.text + request.second), *recording.notes)
    yield Attended(recording, resolved, run.card(notes, figures))


def read_lens(
    model: AttentionModel, run: Run, recording: Recording, look: ResolvedLook
) -> Generator[Progress | Lens, None, None]:
    """The logit lens at the look's token."""
    yield run.progress(message("measuring"))
    _check_same(model, recording)
    yield logit_lens(model, recording, look.token)


def ablate(
    model: AttentionModel, run: Run, recording: Recording, look: ResolvedLook
) -> Generator[Progress | Ablation, None, None]:
    """Attention beside the effect of masking tokens and zeroing heads."""
    yield run.progress(message("measuring"))
    _check_same(model, recording)
    measured = partial(ablation, model, recording, look)
    yield (yield from run.in_parts(in_turns(measured, run.job.check, model.thread)))


def _check_same(model: AttentionModel, recording: Recording) -> None:
    """A smaller model that stood in meanwhile must not answer for the one that was recorded."""
    if model.name != recording.model:
        raise InputError("result_gone")
