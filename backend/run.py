"""One run of one model: its progress, what a task's function sees of it, and what ran."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from backend.device import Device
from backend.jobs import Job
from backend.messages import Message, message
from backend.models.hub.reach import PATIENT
from backend.models.registry import ModelSpec
from backend.parts import Parts, finish

T = TypeVar("T")


@dataclass(frozen=True)
class Progress:
    """Not a result yet: what is being done, and for how many seconds the visitor has waited."""

    message: Message
    seconds: float


@dataclass(frozen=True)
class Run:
    """One attempt with one model, as a task's function sees it."""

    spec: ModelSpec
    device: Device
    falls: tuple[Message, ...]
    job: Job
    asked_at: float  # by the job's clock
    takes_turns: bool = False  # driven by turns.py: it may yield what is for others, not a result
    hint: Any = None  # see Operation; None where it was not at hand
    patience: float = PATIENT  # seconds for a hub's first answer

    @property
    def seconds(self) -> float:
        """Since the visitor asked, without what others took meanwhile."""
        return self.job.clock() - self.asked_at

    def progress(self, doing: Message) -> Progress:
        return Progress(doing, self.seconds + self.job.clock.stood)

    def card(self, notes: tuple[Message, ...], figures: dict[str, Any]) -> RunCard:
        job = self.job
        ran = RunCard(self.spec, self.device, self.seconds, self.falls, notes, figures)
        return replace(ran, waited_seconds=job.clock.stood, served_beside=job.beside)

    def pause(self) -> Iterator[Any]:
        """`yield from run.pause()`: here others may have their turn."""
        if self.takes_turns:
            yield None

    def in_parts(self, parts: Parts[T]) -> Generator[Any, None, T]:
        """What `parts` returns; others may have their turn in between."""
        if self.takes_turns:
            return (yield from parts)
        return finish(parts)


@dataclass(frozen=True)
class RunCard:
    """One run of one model. Times in seconds, the run's own; `figures` are the task's own numbers
    by name."""

    spec: ModelSpec
    device: Device
    seconds: float
    falls: tuple[Message, ...] = ()  # models passed over, and why
    notes: tuple[Message, ...] = ()  # what was done to the input
    figures: dict[str, float | int | str] = field(default_factory=dict)
    waited_seconds: float = 0.0  # while others had their turn; not part of `seconds`
    served_beside: int = 0  # other runs on the device, the most at one time
    age: float | None = None  # of a saved result: since the run that made it

    def aged(self, seconds: float) -> RunCard:
        """The card of a run whose result was saved that long ago."""
        return replace(self, age=seconds, notes=(_note_on_age(seconds), *self.notes))

    def as_json(self) -> dict[str, object]:
        """Plain values for the API; messages in English."""
        return {
            "model": self.spec.name,
            "model_id": self.spec.id,
            "parameters": self.spec.parameters,
            "licence": self.spec.licence,
            "tier": self.spec.tier,
            "device": self.device.name,
            "dtype": self.device.dtype,
            "device_reason": str(self.device.reason),
            "fell_back": [str(fall) for fall in self.falls],
            "notes": [str(note) for note in self.notes],
            "seconds": round(self.seconds, 3),
            "waited_seconds": round(self.waited_seconds, 3),
            "served_beside": self.served_beside,
            "age_seconds": None if self.age is None else round(self.age),
            **self.figures,
        }


def _note_on_age(seconds: float) -> Message:
    """In the largest unit of which there are two."""
    for code, unit in (("saved_hours", 3600), ("saved_minutes", 60), ("saved_seconds", 1)):
        if seconds >= 2 * unit:
            return message(code, count=int(seconds // unit))
    return message("saved_now")


def stage_of(update: object) -> object:
    """What a run is at: the kind of progress, else the result's own `stage`, else its type. Of the
    updates of one stage only the newest matters."""
    if isinstance(update, Progress):
        return update.message.code
    return getattr(update, "stage", type(update).__name__)


# What does an operation: (model, run, *arguments) -> results
Work = Callable[..., Generator[T, None, None]]


def nothing(model: Any, run: Run) -> Generator[None, None, None]:
    """The work of a run that is there for its load alone."""
    yield from ()


def result_of(stream: Iterator[Progress | T]) -> Generator[Progress, None, T]:
    """Passes the progress on; returns the stream's last result."""
    found: list[T] = []
    for update in stream:
        if isinstance(update, Progress):
            yield update
        else:
            found = [update]
    return found[-1]
