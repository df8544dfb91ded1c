"""Text generation: the only door to this task.

Every method that runs a model streams `Progress` until there is a result, then results as they
grow. `visitor` names who asked; `model` is a row's id, a tier, or "" for the app's own choice.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from backend import Backend
from backend.kept_results import KeptResults
from backend.languages import note
from backend.messages import Message, message
from backend.operation import Operation
from backend.units import bytes_in_words

if TYPE_CHECKING:
    from backend.generation.kept_answers import KeptAnswer, Parent
    from backend.generation.request import GenerationRequest
    from backend.generation.results import Comparison, Generated, Samples, TextScores
    from backend.models.kv_cache import KVCache
    from backend.models.registry import ModelSpec
    from backend.run import Progress, RunCard

TASK = "generation"
MAX_ANSWERS_BYTES, MAX_CACHES_BYTES = 500_000_000, 500_000_000  # of all visitors together


class Generation:
    """Text generation over one backend."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.answers: KeptResults[KeptAnswer] = KeptResults(MAX_ANSWERS_BYTES)
        self.caches: KeptResults[KVCache] = KeptResults(MAX_CACHES_BYTES)
        backend.forgets(self.answers)
        backend.forgets(self.caches)

    def models(self) -> list[ModelSpec]:
        """The rows there are, largest first."""
        return self.backend.models_for(TASK)

    def remark(self, prompt: object, model: str = "") -> Message | None:
        """That the model which will answer does not know the prompt's language; None where it
        does. InputError for an unknown model."""
        said = note(self.backend.plan(TASK, model)[0], str(prompt or ""))
        return said[0] if said else None

    @property
    def verse_writer(self) -> str:
        """The id of the row that continues classical Chinese poems."""
        return self.backend.row_for("verse").id

    def generate(
        self,
        request: GenerationRequest,
        visitor: str,
        model: str = "",
        parent: Parent | None = None,
        keep: bool = True,
    ) -> Iterator[Progress | Generated]:
        """An answer. It is kept in place of the visitor's last one, or beside it if it continues a
        `parent`, which only the same model can do. Without `keep` it cannot be inspected."""
        from backend.generation.kept_answers import AnswerStores

        asked = Operation(
            TASK,
            "generation.generate",
            (request, parent.earlier if parent else None, keep),
            # A comparison is of speed, and what is saved has none.
            cacheable=request.is_for_all and keep and parent is None,
            identity=request.as_asked,
            hint=parent.cache if parent else None,
        )
        updates = self.backend.perform(asked, model, visitor)
        stores = AnswerStores(self.answers, self.caches)
        return stores.kept_for(visitor, updates, parent is not None) if keep else updates

    def answer(self, key: object) -> KeptAnswer:
        """A kept answer, with how each token was chosen. InputError if it is gone."""
        return self.answers.get(key)

    def let_go(self, key: str) -> None:
        """A kept answer that nobody will ask for again."""
        self.answers.let_go(key)
        self.caches.let_go(key)

    def inspected(self, key: object, place: Any, visitor: str) -> KeptAnswer:
        """A kept answer, to look at the token at `place`. Its logits are asked for if they stayed
        on another machine or were let go. InputError if the answer is gone or has no such token."""
        answer = self.answers.get(key)
        ids = answer.ids_before(place)
        if ids is None:
            return answer
        asked = Operation(TASK, "generation.logits", (ids,))
        found: Any = list(self.backend.perform(asked, answer.model, visitor))[-1]
        return answer.with_logits(place, found.logits) if found.model == answer.model else answer

    def parent(self, key: object) -> Parent:
        """A kept answer, to be continued. InputError if it is gone."""
        from backend.generation.kept_answers import AnswerStores

        return AnswerStores(self.answers, self.caches).parent(key)

    def continue_answer(self, key: object, visitor: str) -> Iterator[Progress | Generated]:
        """A kept answer, longer. InputError if it is gone or has no room to grow."""
        parent = self.parent(key)
        return self.generate(parent.answer.continued(), visitor, parent.answer.model, parent)

    def branch(
        self, key: object, place: object, token_id: object, visitor: str
    ) -> Iterator[Progress | Generated]:
        """A kept answer up to the token at `place`, which becomes `token_id`, and new after it.
        InputError if the answer is gone, or has no such token."""
        parent = self.parent(key)
        request = parent.answer.branched(place, token_id)
        return self.generate(request, visitor, parent.answer.model, parent)

    def compare(
        self, request: GenerationRequest, visitor: str, model: str = "", second: str = "bundled"
    ) -> Iterator[Progress | Comparison]:
        """Two models' answers to one request. Neither is kept. InputError for an unknown model."""
        from backend.generation.compare import compare

        for name in (model, second):  # before the first model has run
            self.backend.rows(TASK, name)

        def answer(name: str, asked: GenerationRequest) -> Iterator[Progress | Generated]:
            return self.generate(asked, visitor, name, keep=False)

        def is_second(card: RunCard) -> bool:
            return self.backend.plan(TASK, second)[0].id == card.spec.id

        def both() -> Iterator[Progress | Comparison]:
            with self.backend.together(visitor) as job:
                yield from compare(answer, request, (model, second), is_second, job)

        return both()

    def comparison_plan(self, model: str, second: str, is_sampling: bool) -> list[Message]:
        """What `compare` would do, before it runs. InputError for an unknown model."""
        from backend.generation.compare import twice

        rows = [self.backend.plan(TASK, name)[0] for name in (model, second)]
        first, other = (row.name for row in rows)
        same = rows[0] is rows[1]
        said = (
            twice(first, is_sampling) if same else message("versus_both", first=first, second=other)
        )
        missing = {row.id: row for row in rows if not row.source.on_disk()}.values()
        sizes = ((row.name, bytes_in_words(row.source.download_bytes)) for row in missing)
        return [said, *(message("versus_download", model=name, size=size) for name, size in sizes)]

    def score_text(
        self, text: object, visitor: str, model: str = ""
    ) -> Iterator[Progress | TextScores]:
        """How probable each token of a text is; the result is kept. InputError for no text."""
        from backend.generation.kept_answers import scores_kept_for
        from backend.generation.request import check_text

        checked = check_text(text)
        asked = Operation(TASK, "generation.score_text", checked, cacheable=True)
        updates = self.backend.perform(asked, model, visitor)
        return scores_kept_for(visitor, self.answers, updates)

    def sample_many(
        self, request: GenerationRequest, visitor: str, model: str = ""
    ) -> Iterator[Progress | Samples]:
        """`request.draws` samples of one prompt as a tree; greedy and beam search beside it."""
        for_all, same = request.is_for_all, request.as_asked
        asked = Operation(TASK, "generation.sample_many", request, for_all, identity=same)
        return self.backend.perform(asked, model, visitor)
