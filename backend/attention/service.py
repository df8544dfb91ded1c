"""What the attention tab can ask for. The only door to this task."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from backend import Backend
from backend.attention.request import TASKS, AttentionRequest, Look, ResolvedLook
from backend.attention.results import Ablation, Attended, ByHand, Lens, Steps, Toy, View
from backend.errors import InputError
from backend.kept_results import KeptResults
from backend.models.registry import ModelSpec
from backend.operation import Operation
from backend.run import Progress
from backend.text import has_chinese, shown

if TYPE_CHECKING:
    import numpy as np

    from backend.attention.recording import Recording
    from backend.attention.toy_numbers import ToyNumbers


class Attention:
    """The attention of encoders, decoders and translators, over one backend."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self._recordings: KeptResults[Recording] = KeptResults()
        backend.forgets(self._recordings)

    def models(self) -> list[ModelSpec]:
        """The rows of all kinds, largest first in each."""
        return [spec for task in TASKS.values() for spec in self.backend.models_for(task)]

    # ---- Runs: each yields its progress, then one result.

    def attend(
        self, request: AttentionRequest, look: Look, visitor: str, nearest: bool = False
    ) -> Iterator[Progress | Attended]:
        """Record a text's attention, and resolve how to look at it.

        InputError for a layer, head or token that the recording does not have; with `nearest`
        the look gives that up instead.
        """
        return self._perform(request, visitor, "attend", (request, look, nearest))

    def read_lens(
        self, recording: Recording, look: ResolvedLook, visitor: str
    ) -> Iterator[Progress | Lens]:
        """The next-token predictions after each layer, at the look's token.

        InputError unless the recording is of a decoder.
        """
        same = recording.request, look
        return self._perform(recording.request, visitor, "lens", (recording, look), same)

    def ablate(
        self, recording: Recording, look: ResolvedLook, visitor: str
    ) -> Iterator[Progress | Ablation]:
        """What changes when source tokens are masked and heads zeroed, beside the attention.

        InputError for an encoder-decoder's own stacks: it is measured across.
        """
        same = recording.request, look
        return self._perform(recording.request, visitor, "ablate", (recording, look), same)

    def _perform(
        self,
        request: AttentionRequest,
        visitor: str,
        name: str,
        given: tuple[Any, ...],
        same: tuple[Any, ...] | None = None,
    ) -> Iterator[Progress | Any]:
        """Each kind of model is a task of its own: none stands in for another. All of them read
        texts alone: who asks the same is given the same.

        InputError if the request names a model of another kind.
        """
        kinds = {
            spec.id: kind for kind, task in TASKS.items() for spec in self.backend.models_for(task)
        }
        is_kind = kinds.get(request.model, request.kind)
        if is_kind != request.kind:
            other = shown(request.model)
            raise InputError("other_kind", model=other, is_kind=is_kind, kind=request.kind)
        asked = Operation(TASKS[request.kind], f"attention.{name}", given, True, identity=same)
        return self.backend.perform(asked, self._reader_of(request), visitor)

    def _reader_of(self, request: AttentionRequest) -> str:
        """The model asked for; where none is and the text has Chinese, the first of the app's
        choices that reads Chinese."""
        if request.model or not has_chinese(request.text, request.second):
            return request.model
        rows = self.backend.plan(TASKS[request.kind], "")
        return next((row.id for row in rows if "Chinese" in row.languages), "")

    # ---- Recordings kept for the pages that are open.

    def keep(self, visitor: str, recording: Recording) -> str:
        """Keep the visitor's recording in place of their last one; its key."""
        return self._recordings.keep(visitor, recording)

    def open(self, key: object, look: Look) -> tuple[Recording, ResolvedLook]:
        """A kept recording, and the look resolved for it. InputError if either is not there."""
        from backend.attention.look import resolve

        recording = self._recordings.get(key)
        return recording, resolve(recording, look)

    # ---- Views of a recording; no model is needed.

    @staticmethod
    def view(recording: Recording, look: ResolvedLook) -> View:
        """One matrix of attention weights. InputError if the look hides every token."""
        from backend.attention.view import view

        return view(recording, look)

    @staticmethod
    def steps(recording: Recording, look: ResolvedLook) -> Steps:
        """The look's token in its head, step by step, over all tokens."""
        from backend.attention.steps import steps

        layer = recording.stacks[look.stack].layers[look.layer - 1]
        return steps(layer, look.head - 1, look.token - 1)

    @staticmethod
    def rollout(recording: Recording, look: ResolvedLook) -> np.ndarray:
        """The look's token's rollout after each layer, float32 (layers, tokens).

        InputError for cross-attention, which has none.
        """
        from backend.attention.rollout import rolled_rows

        return rolled_rows(recording.stacks[look.stack], look.token - 1)

    # ---- Mathematics that needs no recording.

    @staticmethod
    def by_hand(q: object, k: object, v: object, causal: bool = False) -> ByHand:
        """softmax(QKᵀ / √d) V for the visitor's own tables. InputError names the bad cell."""
        from backend.attention.by_hand import by_hand

        return by_hand(q, k, v, causal)

    @staticmethod
    def toy(numbers: ToyNumbers) -> Toy:
        """A transformer of one layer on the visitor's own numbers."""
        from backend.attention.toy import toy

        return toy(numbers)

    @staticmethod
    def positions(positions: int, width: int) -> np.ndarray:
        """The sinusoidal positional encoding, float64 (positions, width)."""
        from backend.attention.positions import sinusoidal

        return sinusoidal(positions, width)
