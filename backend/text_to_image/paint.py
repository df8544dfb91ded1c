"""One picture, step by step: the loop over any pipeline."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from PIL import Image
from torch import Tensor

from backend.errors import Cancelled, DeadlineExceeded
from backend.text_to_image.adapter import Easel
from backend.text_to_image.callback_generator import stepwise
from backend.text_to_image.defaults import EVERYTHING, Settled, Watch
from backend.text_to_image.predicted_x0 import CleanWatch
from backend.text_to_image.word_maps import HeatWatch, of_words


@dataclass(frozen=True)
class Sketch:
    """What the picture is expected to be after `step` of `steps`; None where it is not shown."""

    step: int
    steps: int
    picture: Image.Image | None


@dataclass(frozen=True)
class Painting:
    """A picture, finished or as far as it got. `cleans`: what each step expected, as latents;
    `heat`: [steps, words + 1, cells, cells], the last of them of no word. A blocked picture was
    refused by the pipeline's safety check, and nothing of it is kept."""

    picture: Image.Image
    asked: Settled
    finished: str = "end"  # or "stopped", "deadline"
    cleans: list[Tensor] = field(default_factory=list)
    words: tuple[str, ...] = ()
    heat: Tensor | None = None
    blocked: bool = False


@dataclass
class _Steps:
    """What is gathered while the pipeline runs."""

    cleans: list[Tensor] = field(default_factory=list)
    heat: HeatWatch | None = None


def paint(
    easel: Easel, asked: Settled, check: Callable[[], None], watch: Watch = EVERYTHING
) -> Generator[Sketch, None, Painting]:
    """Yield a Sketch after each step, and return the Painting.

    `check` is called once a step, and ends the drawing by what it raises; what is there by then is
    kept. Raises Cancelled or DeadlineExceeded if there is nothing to keep.
    """
    steps = _Steps()
    try:
        call = partial(_call, easel, asked, check, watch, steps)
        output = yield from stepwise(call, easel.thread)
    except (Cancelled, DeadlineExceeded) as end:
        if not steps.cleans:
            raise
        why = "stopped" if isinstance(end, Cancelled) else "deadline"
        return _painting(easel, easel.develop(steps.cleans[-1], asked), asked, steps, why)
    if easel.is_blocked(output):
        return Painting(output.images[0], asked, blocked=True)
    return _painting(easel, output.images[0], asked, steps, "end")


def _call(
    easel: Easel,
    asked: Settled,
    check: Callable[[], None],
    watch: Watch,
    steps: _Steps,
    tell: Callable[[Sketch], None],
) -> Any:
    """Run the pipeline on this thread, as anybody would call it."""
    check()
    scheduler = easel.pipeline.scheduler
    with ExitStack() as stack:
        clean = stack.enter_context(CleanWatch(scheduler))
        if watch.words:
            heat = HeatWatch(easel.places(), easel.shares, easel.is_guided(asked))
            steps.heat = stack.enter_context(heat)

        def on_step(pipeline: Any, step: int, time: Any, tensors: dict[str, Any]) -> dict[str, Any]:
            assert clean.latents is not None
            steps.cleans.append(clean.latents)
            if steps.heat:
                steps.heat.end_step()
            seen = easel.glimpse(clean.latents, asked) if shows_steps(easel, watch) else None
            tell(Sketch(step + 1, asked.steps, seen))
            check()
            return tensors

        return easel.pipeline(
            **easel.keywords(asked),
            generator=easel.generator(asked),
            callback_on_step_end=on_step,
        )


def shows_steps(easel: Easel, watch: Watch) -> bool:
    """Whether sketches have pictures: not before a safety check."""
    return watch.previews and not easel.is_checked


def _painting(
    easel: Easel, picture: Image.Image, asked: Settled, steps: _Steps, finished: str
) -> Painting:
    heat: Tensor | None = None
    words: tuple[str, ...] = ()
    if steps.heat and steps.heat.steps and not asked.mixed:
        pieces = easel.pieces(asked)
        words = tuple(word.text for word in pieces.words)
        heat = of_words(steps.heat.steps, pieces.tokens_of_words)
    return Painting(picture, asked, finished, steps.cleans, words, heat)


def film_of(easel: Easel, painting: Painting) -> list[Image.Image]:
    """What each step expected, then the picture itself in the last one's place."""
    if painting.blocked:
        return []
    steps = easel.thread.map(
        lambda clean: easel.develop(clean, painting.asked), painting.cleans[:-1]
    )
    return [*steps, painting.picture]
