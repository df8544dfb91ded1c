"""What the tab and its endpoints can ask for, as streams of progress, sketches and pictures."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from backend import Backend
from backend.errors import Cancelled, DeadlineExceeded, is_out_of_memory
from backend.messages import Message, message
from backend.models.registry import ModelSpec
from backend.run import Progress, Run, RunCard
from backend.text_to_image.defaults import EVERYTHING, Settled, Watch, settle
from backend.text_to_image.recipe import Recipe
from backend.text_to_image.request import UNIT, DrawRequest
from backend.text_to_image.what_if import Between, Grid

if TYPE_CHECKING:
    from PIL.Image import Image

    from backend.text_to_image.adapter import Easel
    from backend.text_to_image.paint import Painting, Sketch

T = TypeVar("T")
TASK = "text_to_image"


@dataclass(frozen=True)
class Sketched:
    """A step of one of the pictures: what it is expected to be."""

    number: int  # of the picture, from 0
    sketch: Sketch


@dataclass(frozen=True)
class Picture:
    """A painting with its recipe; `film` comes later, when the picture is already on screen."""

    painting: Painting
    recipe: Recipe
    film: list[Image] = field(default_factory=list)


@dataclass(frozen=True)
class Drawn:
    """The pictures so far; the card comes with the last one, and once more with the films."""

    pictures: tuple[Picture, ...]
    card: RunCard | None = None

    @property
    def stage(self) -> tuple[object, ...]:
        """What tells one from the last: none of them may be skipped."""
        filmed = bool(self.pictures) and bool(self.pictures[-1].film)
        return "drawn", len(self.pictures), self.card is None, filmed


@dataclass(frozen=True)
class Compared:
    """The cells of a grid that are drawn so far, in the order of `grid.cells`."""

    grid: Grid
    pictures: tuple[Picture, ...]
    card: RunCard | None = None

    @property
    def stage(self) -> tuple[object, ...]:
        return "compared", self.card is None


@dataclass(frozen=True)
class Walked:
    """The frames of a way between two prompts or seeds that are drawn so far."""

    between: Between
    frames: tuple[Image, ...]
    card: RunCard | None = None

    @property
    def stage(self) -> tuple[object, ...]:
        return "walked", self.card is None


class Drawing:
    """All that the tab does, over one backend."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend

    def models(self) -> list[ModelSpec]:
        return self.backend.models_for(TASK)

    def draw(
        self, request: DrawRequest, visitor: str, model: str = "", watch: Watch | None = None
    ) -> Iterator[Progress | Sketched | Drawn]:
        """Draw a request's pictures, one after another: each is as if it were drawn alone."""
        return self._run(model, visitor, lambda easel, run: _draw(easel, request, run, watch))

    def compare(self, grid: Grid, visitor: str, model: str = "") -> Iterator[Progress | Compared]:
        """Draw the cells of a grid."""
        return self._run(model, visitor, lambda easel, run: _compare(easel, grid, run))

    def walk(self, between: Between, visitor: str, model: str = "") -> Iterator[Progress | Walked]:
        """Draw the frames between two prompts or seeds."""
        return self._run(model, visitor, lambda easel, run: _walk(easel, between, run))

    def _run(self, model: str, visitor: str, work: Any) -> Iterator[Any]:
        return self.backend.run(TASK, model, visitor, work)


def _draw(
    easel: Easel, request: DrawRequest, run: Run, watch: Watch | None
) -> Generator[Progress | Sketched | Drawn, None, None]:
    from backend.text_to_image.paint import film_of

    yield run.progress(message("drawing"))
    asked = _settled(easel, request)
    pictures: list[Picture] = []
    watch, begun = watch or EVERYTHING, time.monotonic()
    for number in range(request.count):
        try:
            sketches = _paint(easel, asked.following(number), run, watch)
            painting = yield from _each(sketches, partial(_step, number, run))
        except (Cancelled, DeadlineExceeded):
            if not pictures:
                raise
            break
        asked = replace(asked, size=painting.asked.size, notes=painting.asked.notes)
        pictures.append(Picture(painting, _recipe(easel, painting.asked, run)))
        if painting.finished != "end":
            break
        yield Drawn(tuple(pictures))
    card = run.card(asked.notes, _figures(pictures, begun))
    yield Drawn(tuple(pictures), card)
    if watch.previews:
        filmed = [replace(each, film=film_of(easel, each.painting)) for each in pictures]
        yield Drawn(tuple(filmed), card)


def _each(
    sketches: Generator[Sketch, None, Painting], change: Callable[[Sketch], T]
) -> Generator[T, None, Painting]:
    """The sketches, changed; returns the painting."""
    try:
        while True:
            yield change(next(sketches))
    except StopIteration as end:
        return end.value
    finally:
        sketches.close()


def _step(number: int, run: Run, sketch: Sketch) -> Progress | Sketched:
    """A step as the page is told of it."""
    return Sketched(number, sketch) if sketch.picture else run.progress(message("drawing"))


def _paint(
    easel: Easel, asked: Settled, run: Run, watch: Watch
) -> Generator[Sketch, None, Painting]:
    """Paint; where memory runs out, at half the size, as long as that can be drawn."""
    from backend.text_to_image.paint import paint

    while True:
        try:
            return (yield from paint(easel, asked, run.job.check, watch))
        except Exception as error:  # whatever is not memory goes on up
            half = asked.size // 2 // UNIT * UNIT
            if not is_out_of_memory(error) or half < max(UNIT, easel.habits.least):
                raise
            note = message("smaller_size", asked=asked.size, drawn=half)
            asked = replace(asked, size=half, notes=(*asked.notes, note))
        easel.free_memory()


def _settled(easel: Easel, request: DrawRequest) -> Settled:
    """The request with nothing left open, and with what is to be said of its prompt."""
    asked = settle(request, easel.habits)
    return replace(asked, notes=(*asked.notes, *easel.pieces(asked).notes()))


def _compare(easel: Easel, grid: Grid, run: Run) -> Generator[Progress | Compared, None, None]:
    pictures: list[Picture] = []
    notes: list[Message] = []
    begun = time.monotonic()
    yield run.progress(message("drawing"))
    for painting in _all(easel, [_settled(easel, cell.request) for cell in grid.cells], run):
        if isinstance(painting, Progress):
            yield painting
            continue
        pictures.append(Picture(painting, _recipe(easel, painting.asked, run)))
        notes += [note for note in painting.asked.notes if note not in notes]
        yield Compared(grid, tuple(pictures))
    yield Compared(grid, tuple(pictures), run.card(tuple(notes), _figures(pictures, begun)))


def _walk(easel: Easel, between: Between, run: Run) -> Generator[Progress | Walked, None, None]:
    frames: list[Image] = []
    start = _settled(easel, between.request)
    yield run.progress(message("drawing"))
    asked = [
        replace(start, mixed=(between.prompt, share))
        if between.kind == "prompts"
        else replace(start, noise_of=(between.seed, share))
        for share in between.shares
    ]
    for painting in _all(easel, asked, run):
        if isinstance(painting, Progress):
            yield painting
            continue
        frames.append(painting.picture)
        yield Walked(between, tuple(frames))
    yield Walked(between, tuple(frames), run.card(start.notes, {"pictures": len(frames)}))


def _all(
    easel: Easel, asked: list[Settled], run: Run
) -> Generator[Progress | Painting, None, None]:
    """The paintings; Stop keeps those that are finished."""
    drawn = 0
    try:
        for each in asked:
            sketches = _paint(easel, each, run, Watch(previews=False, words=False))
            painting = yield from _each(sketches, lambda _: run.progress(message("drawing")))
            if painting.finished != "end":
                raise Cancelled
            yield painting
            drawn += 1
    except (Cancelled, DeadlineExceeded):
        if not drawn:
            raise


def _recipe(easel: Easel, asked: Settled, run: Run) -> Recipe:
    spec = run.spec
    return Recipe(
        model=spec.id,
        model_name=spec.name,
        revision=getattr(spec.source, "revision", "") or spec.source.origin,
        prompt=asked.prompt,
        negative=asked.negative,
        style=asked.style,
        seed=asked.seed,
        steps=asked.steps,
        guidance=asked.guidance,
        size=asked.size,
        scheduler=type(easel.pipeline.scheduler).__name__,
    )


def _figures(pictures: list[Picture], begun: float) -> dict[str, float | int | str]:
    """What the card shows; loading and waiting do not count as drawing."""
    last = pictures[-1].painting.asked
    finished = pictures[-1].painting.finished
    return {
        "seconds_per_picture": round((time.monotonic() - begun) / len(pictures), 3),
        "steps": last.steps,
        "guidance": last.guidance,
        "size": last.size,
        "seed": pictures[0].painting.asked.seed,
        "finished": finished,
    }
