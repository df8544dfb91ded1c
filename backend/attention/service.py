"""What the attention tab can ask for. The only door to this task."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from backend import Backend
from backend.attention.request import TASKS, AttentionRequest, Look
from backend.errors import InputError
from backend.results import Results
from backend.text import shown

if TYPE_CHECKING:
    from backend.attention.ablation import Effect
    from backend.attention.lens import Lens
    from backend.attention.recording import Recording
    from backend.attention.task import Attended
    from backend.models.registry import ModelSpec
    from backend.run import Progress, Work

T = TypeVar("T")


class Attention:
    """The attention of encoders, decoders and translators, over one backend."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.recordings: Results[Recording] = Results()
        backend.forgets(self.recordings)

    def models(self) -> list[ModelSpec]:
        """The rows of all kinds, largest first in each."""
        return [spec for task in TASKS.values() for spec in self.backend.models_for(task)]

    def attend(self, request: AttentionRequest, visitor: str) -> Iterator[Progress | Attended]:
        """Record a text's attention."""
        from backend.attention import task

        return self._run(request, visitor, task.attend, request)

    def read_lens(
        self, recording: Recording, token: int, visitor: str
    ) -> Iterator[Progress | Lens]:
        """A recording's next-token guesses after each layer, at a token (from 1)."""
        from backend.attention import task

        return self._run(recording.request, visitor, task.read_lens, recording, token)

    def measure(
        self, recording: Recording, look: Look, visitor: str
    ) -> Iterator[Progress | Effect]:
        """What really changes when a source token is masked, beside a head's attention to it."""
        from backend.attention import task

        return self._run(recording.request, visitor, task.measure, recording, look)

    def _run(
        self, request: AttentionRequest, visitor: str, function: Work[T], *arguments: Any
    ) -> Iterator[Progress | T]:
        """Each kind of model is a task of its own: none stands in for another.

        InputError if the request names a model of another kind.
        """
        kinds = {
            spec.id: kind for kind, task in TASKS.items() for spec in self.backend.models_for(task)
        }
        is_kind = kinds.get(request.model, request.kind)
        if is_kind != request.kind:
            name = shown(request.model)
            raise InputError("other_kind", model=name, is_kind=is_kind, kind=request.kind)
        return self.backend.run(TASKS[request.kind], request.model, visitor, function, *arguments)
