"""Runs that draw a grid, or the frames between two prompts or seeds."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from backend.errors import Cancelled
from backend.jobs import keeping_what_is_done
from backend.messages import Message, distinct, message
from backend.run import Progress, Run
from backend.text_to_image.draw_pictures import figures, mapped, picture_of
from backend.text_to_image.request import Extras
from backend.text_to_image.resolve import ResolvedRequest
from backend.text_to_image.results import Generation, GridDrawn, InterpolationDrawn, Picture
from backend.text_to_image.what_if import Grid, Interpolation

if TYPE_CHECKING:
    from PIL.Image import Image

    from backend.text_to_image.adapter import PipelineAdapter


def draw_grid(
    adapter: PipelineAdapter, run: Run, grid: Grid
) -> Generator[Progress | GridDrawn, None, None]:
    """Draw the cells row by row; the last update has the run card."""
    pictures: list[Picture] = []
    notes: tuple[Message, ...] = ()
    begun = run.job.clock()
    yield run.progress(message("drawing"))
    for update in _generations(adapter, run, [adapter.resolve(c.request) for c in grid.cells]):
        if isinstance(update, Progress):
            yield update
            continue
        pictures.append(picture_of(adapter, run, update))
        notes = distinct((*notes, *update.request.notes))
        so_far = figures(pictures, run.job.clock() - begun, "stopped")
        yield GridDrawn(grid, tuple(pictures), notes=notes, figures=so_far)
    yield GridDrawn(
        grid, tuple(pictures), run.card(notes, figures(pictures, run.job.clock() - begun))
    )


def draw_interpolation(
    adapter: PipelineAdapter, run: Run, interpolation: Interpolation
) -> Generator[Progress | InterpolationDrawn, None, None]:
    """Draw the frames in their order; the last update has the run card."""
    frames: list[Image] = []
    yield run.progress(message("drawing"))
    requests = _frames(adapter.resolve(interpolation.request), interpolation)
    notes = _notes(adapter, interpolation)
    for update in _generations(adapter, run, requests):
        if isinstance(update, Progress):
            yield update
            continue
        frames.append(update.image)
        drawn = InterpolationDrawn(
            interpolation, tuple(frames), notes=notes, figures={"pictures": len(frames)}
        )
        yield drawn
    card = run.card(notes, {"pictures": len(frames)})
    yield InterpolationDrawn(interpolation, tuple(frames), card)


def _notes(adapter: PipelineAdapter, interpolation: Interpolation) -> tuple[Message, ...]:
    """On both prompts: either may be cut, or not understood."""
    asked = [interpolation.request]
    if interpolation.kind == "prompts":
        asked.append(replace(asked[0], prompt=interpolation.prompt))
    return distinct(note for one in asked for note in adapter.resolve(one).notes)


def _frames(start: ResolvedRequest, interpolation: Interpolation) -> list[ResolvedRequest]:
    """One request for each weight of the other prompt or seed."""
    if interpolation.kind == "prompts":
        other = interpolation.prompt
        return [replace(start, toward_prompt=(other, each)) for each in interpolation.weights]
    seed = interpolation.seed
    return [replace(start, toward_seed=(seed, each)) for each in interpolation.weights]


def _generations(
    adapter: PipelineAdapter, run: Run, requests: Sequence[ResolvedRequest]
) -> Generator[Progress | Generation, None, None]:
    """Each request drawn; Stop and the deadline keep those that are complete."""
    from backend.text_to_image.generate import generate_within_memory

    complete = 0
    nothing = Extras(previews=False, word_maps=False)
    with keeping_what_is_done(lambda: complete > 0):
        for request in requests:
            previews = generate_within_memory(adapter, request, run.job.check, nothing)
            generation = yield from mapped(previews, lambda _: run.progress(message("drawing")))
            if generation.finished != "end":
                raise Cancelled
            yield generation
            complete += 1
