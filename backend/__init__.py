"""The backend: models and mathematics behind one object. Never imports gradio.

`Backend` is all that the tabs talk to. A task's own work is a function over a loaded model
(`backend/generation`); what every task shares is here: choose a model, load it, wait for the
device, fall back, say what ran.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from backend import fallback
from backend.device import Device, choose_device, find_gpu
from backend.errors import InputError, ModelError
from backend.jobs import POLL, Job, Jobs
from backend.messages import Message, message
from backend.models import gguf_cache
from backend.models.pool import Lease, Pool
from backend.models.registry import MODELS, MODES, ModelSpec, models_for
from backend.results import Results
from backend.run import Progress, Run, Work
from backend.text import shown
from backend.units import bytes_in_words

if TYPE_CHECKING:
    from backend.attention.ablation import Effect
    from backend.attention.lens import Lens
    from backend.attention.recording import Recording
    from backend.attention.request import AttentionRequest, Look
    from backend.attention.task import Attended
    from backend.generation.request import GenerationRequest
    from backend.generation.results import Fanned, Generated, Read, Versus
    from backend.generation.task import Taken
    from backend.models.kv_cache import Memory

log = logging.getLogger(__name__)
T = TypeVar("T")


KEPT_ANSWERS, KEPT_CACHES = 500_000_000, 500_000_000  # bytes, of all visitors together


class Backend:
    """Everything the tabs can ask for. One per process; visitors are told apart by name."""

    def __init__(
        self,
        mode: str = "auto",
        models: tuple[ModelSpec, ...] = MODELS,
        pool: Pool | None = None,
        jobs: Jobs | None = None,
        device_for: Callable[[str], Device] = choose_device,
        has_gpu: Callable[[], bool] = lambda: find_gpu() is not None,
    ) -> None:
        self.mode, self.models = mode, models
        self.pool, self.jobs = pool or Pool(), jobs or Jobs()
        self.results: Results[Recording] = Results()  # the attention tab's
        self.answers: Results[Taken] = Results(KEPT_ANSWERS)  # the text generation tab's
        self.caches: Results[Memory] = Results(KEPT_CACHES)  # what the models remember of those
        self._device_for, self._has_gpu = device_for, has_gpu

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
        return self.run(
            "generation",
            model,
            visitor,
            lambda lm, run: task.generate(lm, request, run, visitor, kept, after),
        )

    def versus(
        self, request: GenerationRequest, visitor: str, model: str = "", second: str = "bundled"
    ) -> Iterator[Progress | Versus]:
        """Two models' answers to one request; either is named as in `generate`. None is kept."""
        from backend.generation.compare import versus

        for name in (model, second):  # a bad one is told before the first has written
            self._rows("generation", name)
        write = lambda one: self.generate(request, visitor, one, keep=False)  # noqa: E731
        is_next = lambda card: self._plan("generation", second)[0].id == card.spec.id  # noqa: E731
        return self._beside(visitor, lambda job: versus(write, model, second, is_next, job))

    def _beside(self, visitor: str, work: Callable[[Job], Iterator[T]]) -> Iterator[T]:
        """Several runs as one: Stop between two of them counts, too."""
        with self.jobs.open(visitor) as job:
            yield from work(job)

    def read(self, text: object, visitor: str, model: str = "") -> Iterator[Progress | Read]:
        """How likely each token of a given text is to the model. InputError for no text."""
        from backend.generation import task
        from backend.generation.request import check_text

        checked = check_text(text)
        return self.run(
            "generation",
            model,
            visitor,
            lambda lm, run: task.read(lm, checked, run, visitor, self.answers),
        )

    def fan(
        self, request: GenerationRequest, visitor: str, model: str = ""
    ) -> Iterator[Progress | Fanned]:
        """Many draws of one prompt at once, as a tree; greedy and beams beside them."""
        from backend.generation.draws import fan

        return self.run("generation", model, visitor, lambda lm, run: fan(lm, request, run))

    def attend(self, request: AttentionRequest, visitor: str) -> Iterator[Progress | Attended]:
        """Record a text's attention."""
        from backend.attention import task

        return self._attention(request, visitor, lambda m, run: task.attend(m, request, run))

    def read_lens(
        self, recording: Recording, token: int, visitor: str
    ) -> Iterator[Progress | Lens]:
        """A recording's next-token guesses after each layer, at a token (from 1)."""
        from backend.attention import task

        request = recording.request
        return self._attention(
            request, visitor, lambda m, run: task.read_lens(m, recording, token, run)
        )

    def measure(
        self, recording: Recording, look: Look, visitor: str
    ) -> Iterator[Progress | Effect]:
        """What really changes when a source token is masked, beside a head's attention to it."""
        from backend.attention import task

        request = recording.request
        return self._attention(
            request, visitor, lambda m, run: task.measure(m, recording, look, run)
        )

    def _attention(
        self, request: AttentionRequest, visitor: str, work: Work[T]
    ) -> Iterator[Progress | T]:
        """Each kind of model is a task of its own: none stands in for another.

        InputError if the request names a model of another kind.
        """
        from backend.attention.request import TASKS

        kinds = {spec.id: kind for kind, task in TASKS.items() for spec in self.models_for(task)}
        is_kind = kinds.get(request.model, request.kind)
        if is_kind != request.kind:
            name = shown(request.model)
            raise InputError("other_kind", model=name, is_kind=is_kind, kind=request.kind)
        return self.run(TASKS[request.kind], request.model, visitor, work)

    def models_for(self, task: str) -> list[ModelSpec]:
        """The task's models, largest first."""
        return models_for(task, self.models)

    def has_gpu(self) -> bool:
        return self._has_gpu()

    def cancel(self, visitor: str) -> int:
        """Stop whatever the visitor has running; how many runs that were."""
        return self.jobs.cancel(visitor)

    def leave(self, visitor: str) -> None:
        """The visitor's page was closed: stop what runs, forget what was kept for it."""
        self.cancel(visitor)
        self.results.forget(visitor)
        self.answers.forget(visitor)
        self.caches.forget(visitor)

    def preload(self) -> None:
        """Load the model that each task would use, one after another; failures are only logged."""
        for task in dict.fromkeys(spec.task for spec in self.models):
            try:
                for _ in self.run(task, "", "preload", _nothing):
                    pass
            except Exception:  # whatever it is, a visitor's own run will say it on the page
                log.exception("nothing preloaded for %s", task)

    def run(self, task: str, model: str, visitor: str, work: Work[T]) -> Iterator[Progress | T]:
        """Do `work` on the best model there is: load, wait for the device, fall back, let go.

        Closing this iterator or `cancel(visitor)` gives the device's slot back.
        """
        asked_at = time.monotonic()
        with self.jobs.open(visitor) as job:
            yield Progress(message("starting"), 0.0)  # choosing a model may import torch: seconds

            def attempt(spec: ModelSpec, falls: tuple[Message, ...]) -> Iterator[Progress | T]:
                run = Run(spec, self._device_for(spec.tier), falls, job, asked_at)
                return self._attempt(run, work)

            yield from fallback.stream(self._plan(task, model), attempt)

    def _attempt(self, run: Run, work: Work[T]) -> Iterator[Progress | T]:
        run.job.check()
        with self.pool.lease(run.spec, run.device) as lease:
            yield from _until_loaded(lease, run)
            model = lease.model  # a failed load falls now, not after a wait for the device
            for _ in self.jobs.take_slot(run.device.kind, run.job):
                yield run.progress(message("waiting"))
            try:
                run.job.start_clock()
                yield from self.jobs.on_device(run.device.kind, work(model, run))
            finally:
                run.job.stop_clock()
                self.jobs.release_slot(run.device.kind)

    def _plan(self, task: str, model: str) -> list[ModelSpec]:
        """The rows to try, best first."""
        return fallback.plan(self._rows(task, model), model or self.mode, self._has_gpu)

    def _rows(self, task: str, model: str) -> list[ModelSpec]:
        """The task's rows, if `model` names one, or a tier, or none; InputError otherwise."""
        rows = models_for(task, self.models)
        if not rows:
            raise ModelError("no_models", task=task)
        known = ("", *MODES, *(spec.id for spec in rows))
        if model not in known:
            choices = ", ".join(filter(None, known))
            raise InputError("not_a_choice", name="model", choices=choices, value=shown(model))
        return rows


def _nothing(model: Any, run: Run) -> Generator[None, None, None]:
    """The work of a run that is there for its load alone."""
    yield from ()


def _until_loaded(lease: Lease, run: Run) -> Iterator[Progress]:
    """Progress until the load has ended; the visitor can leave meanwhile, the load goes on."""
    if lease.wait(0):
        return
    doing = _loading_message(run.spec)
    while not lease.wait(POLL):
        run.job.check()
        yield run.progress(doing)


def _loading_message(spec: ModelSpec) -> Message:
    """What the load will spend its time on."""
    if spec.source.download_bytes and not spec.source.on_disk():
        size = bytes_in_words(spec.source.download_bytes)
        return message("downloading", model=spec.name, size=size)
    path = spec.source.fetch()
    if path.suffix == ".gguf" and not gguf_cache.is_unpacked(path, spec.form):
        return message("converting", model=spec.name)
    return message("loading", model=spec.name)
