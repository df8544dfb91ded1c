"""What the text generation tab can ask for: answers, draws, scores, two models side by side.

The only door to this task. Every method streams `Progress` until there is a result.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from backend import Backend
from backend.results import Results

if TYPE_CHECKING:
    from backend.generation.request import GenerationRequest
    from backend.generation.results import Fanned, Generated, Read, Versus
    from backend.generation.task import Taken
    from backend.models.kv_cache import Memory
    from backend.models.registry import ModelSpec
    from backend.run import Progress, RunCard

TASK = "generation"
KEPT_ANSWERS, KEPT_CACHES = 500_000_000, 500_000_000  # bytes, of all visitors together


class Generation:
    """Text generation over one backend."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.answers: Results[Taken] = Results(KEPT_ANSWERS)
        self.caches: Results[Memory] = Results(KEPT_CACHES)  # keys and values of those answers
        backend.forgets(self.answers)
        backend.forgets(self.caches)

    def models(self) -> list[ModelSpec]:
        """The rows there are, largest first."""
        return self.backend.models_for(TASK)

    def generate(
        self,
        request: GenerationRequest,
        visitor: str,
        model: str = "",
        after: Taken | None = None,
        keep: bool = True,
    ) -> Iterator[Progress | Generated]:
        """Stream an answer. `model` is a row's id, a tier, or "" for the app's own choice; `after`
        is the answer that this one branches off, by that row alone. What is kept can be looked
        into, and takes the place of the visitor's last one."""
        from backend.generation import task

        kept = task.Kept(self.answers, self.caches) if keep else None
        return self.backend.run(TASK, model, visitor, task.generate, request, visitor, kept, after)

    def versus(
        self, request: GenerationRequest, visitor: str, model: str = "", second: str = "bundled"
    ) -> Iterator[Progress | Versus]:
        """Two models' answers to one request; either is named as in `generate`. None is kept."""
        from backend.generation.compare import versus

        for name in (model, second):  # a bad one is told before the first has written
            self.backend.rows(TASK, name)

        def write(one: str) -> Iterator[Progress | Generated]:
            return self.generate(request, visitor, one, keep=False)

        def is_next(card: RunCard) -> bool:
            return self.backend.plan(TASK, second)[0].id == card.spec.id

        def both() -> Iterator[Progress | Versus]:
            with self.backend.together(visitor) as job:
                yield from versus(write, model, second, is_next, job)

        return both()

    def read(self, text: object, visitor: str, model: str = "") -> Iterator[Progress | Read]:
        """How likely each token of a given text is to the model. InputError for no text."""
        from backend.generation import task
        from backend.generation.request import check_text

        checked = check_text(text)
        return self.backend.run(TASK, model, visitor, task.read, checked, visitor, self.answers)

    def fan(
        self, request: GenerationRequest, visitor: str, model: str = ""
    ) -> Iterator[Progress | Fanned]:
        """Many draws of one prompt at once, as a tree; greedy and beams beside them."""
        from backend.generation.draws import fan

        return self.backend.run(TASK, model, visitor, fan, request)
