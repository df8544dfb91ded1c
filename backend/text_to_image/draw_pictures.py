"""A run that draws one to four pictures, with previews, word attribution maps and films."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from backend.jobs import keeping_what_is_done
from backend.messages import message
from backend.run import Progress, Run
from backend.stoppable import Figures
from backend.text_to_image.recipe import recipe_of
from backend.text_to_image.request import DrawRequest, Extras
from backend.text_to_image.results import Generation, Picture, PicturesDrawn, Preview, PreviewDrawn

if TYPE_CHECKING:
    from backend.text_to_image.adapter import PipelineAdapter

T = TypeVar("T")


def draw_pictures(
    adapter: PipelineAdapter, run: Run, request: DrawRequest, extras: Extras
) -> Generator[Progress | PreviewDrawn | PicturesDrawn, None, None]:
    """Draw `request.count` pictures; Stop and the deadline keep those that have begun."""
    from backend.text_to_image.generate import film_of, generate_within_memory, noisy_film_of

    yield run.progress(message("drawing"))
    resolved = adapter.resolve(request)
    pictures: list[Picture] = []
    begun = run.job.clock()
    with keeping_what_is_done(lambda: bool(pictures)):
        for number in range(request.count):
            following = resolved.following(number)
            previews = generate_within_memory(adapter, following, run.job.check, extras)
            generation = yield from mapped(previews, partial(_update, run, number))
            # The size that fitted into memory holds for the rest of the run.
            drawn = generation.request
            resolved = replace(resolved, size=drawn.size, notes=drawn.notes)
            pictures.append(picture_of(adapter, run, generation))
            if generation.finished != "end":
                break
            so_far = figures(pictures, run.job.clock() - begun, "stopped")
            yield PicturesDrawn(tuple(pictures), notes=resolved.notes, figures=so_far)
    card = run.card(resolved.notes, figures(pictures, run.job.clock() - begun))
    yield PicturesDrawn(tuple(pictures), card)
    if extras.previews:
        with_films = []
        for each in pictures:
            film = yield from run.in_parts(film_of(adapter, each.generation))
            noisy = yield from run.in_parts(noisy_film_of(adapter, each.generation))
            with_films.append(replace(each, film=film, noisy_film=noisy))
        yield PicturesDrawn(tuple(with_films), card)


def mapped(
    previews: Generator[Preview, None, Generation], change: Callable[[Preview], T]
) -> Generator[T, None, Generation]:
    """`change(preview)` for each preview; returns the generation."""
    try:
        while True:
            yield change(next(previews))
    except StopIteration as end:
        return end.value
    finally:
        previews.close()


def picture_of(adapter: PipelineAdapter, run: Run, generation: Generation) -> Picture:
    """The generation with its recipe."""
    scheduler = type(adapter.pipeline.scheduler).__name__
    return Picture(generation, recipe_of(generation.request, run.spec, scheduler))


def figures(pictures: list[Picture], seconds: float, finished: str = "") -> Figures:
    """The run card's numbers. `seconds`: of drawing; loading and waiting do not count. `finished`:
    as the last picture, if not given."""
    last = pictures[-1].generation
    return {
        "seconds_per_picture": round(seconds / len(pictures), 3),
        "steps": last.request.steps,
        "guidance": last.request.guidance,
        "size": last.request.size,
        "seed": pictures[0].generation.request.seed,
        "finished": finished or last.finished,
    }


def _update(run: Run, number: int, preview: Preview) -> Progress | PreviewDrawn:
    if preview.image is None:
        return run.progress(message("drawing"))
    return PreviewDrawn(number, preview)
