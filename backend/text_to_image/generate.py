"""One picture, step by step: the loop over any pipeline."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from PIL import Image
from torch import Tensor

from backend.callback_generator import as_generator
from backend.errors import is_out_of_memory
from backend.jobs import keeping_what_is_done
from backend.messages import message
from backend.parts import Parts
from backend.text_to_image.adapter import PipelineAdapter
from backend.text_to_image.predicted_x0 import PredictedX0Recorder
from backend.text_to_image.request import EVERYTHING, UNIT, Extras
from backend.text_to_image.resolve import ResolvedRequest
from backend.text_to_image.results import Generation, Preview
from backend.text_to_image.word_maps import WordMapRecorder


@dataclass
class _Recorded:
    """What is gathered while the pipeline runs."""

    predicted_x0: list[Tensor] = field(default_factory=list)
    noisy: list[Tensor] = field(default_factory=list)
    word_maps: WordMapRecorder | None = None


def generate_within_memory(
    adapter: PipelineAdapter, request: ResolvedRequest, check: Callable[[], None], extras: Extras
) -> Generator[Preview, None, Generation]:
    """`generate`; where memory runs out, at half the size, as long as the model can draw that."""
    while True:
        try:
            return (yield from generate(adapter, request, check, extras))
        except Exception as error:  # whatever is not memory is raised again
            half = request.size // 2 // UNIT * UNIT
            if not is_out_of_memory(error) or half < max(UNIT, adapter.defaults.min_size):
                raise
            note = message("smaller_size", asked=request.size, drawn=half)
            request = replace(request, size=half, notes=(*request.notes, note))
        adapter.free_memory()


def generate(
    adapter: PipelineAdapter,
    request: ResolvedRequest,
    check: Callable[[], None],
    extras: Extras = EVERYTHING,
) -> Generator[Preview, None, Generation]:
    """Yield a Preview of the noise and after each step, and return the Generation.

    `check` is called before the first step and after each; it stops the drawing by raising
    Cancelled or DeadlineExceeded. The last prediction is then the picture; before the first step
    there is none, and the exception is raised here.
    """
    recorded = _Recorded()
    with keeping_what_is_done(lambda: bool(recorded.predicted_x0)) as ending:
        call = partial(_call_pipeline, adapter, request, check, extras, recorded)
        output = yield from as_generator(call, adapter.thread)
    if ending.finished != "end":
        image = adapter.decode(recorded.predicted_x0[-1], request)
        return _generation(adapter, request, image, recorded, ending.finished)
    if adapter.is_blocked(output):
        return Generation(output.images[0], request, blocked=True)
    return _generation(adapter, request, output.images[0], recorded)


def film_of(adapter: PipelineAdapter, generation: Generation) -> Parts[list[Image.Image]]:
    """The prediction at each step, decoded in full, and the picture itself as the last frame."""
    if generation.blocked:
        return []
    frames = yield from _decoded(adapter, generation, generation.predicted_x0[:-1])
    return [*frames, generation.image]


def noisy_film_of(adapter: PipelineAdapter, generation: Generation) -> Parts[list[Image.Image]]:
    """What each step began with, decoded in full: the noise alone, then less and less of it."""
    return (
        [] if generation.blocked else (yield from _decoded(adapter, generation, generation.noisy))
    )


def _decoded(
    adapter: PipelineAdapter, generation: Generation, latents: list[Tensor]
) -> Parts[list[Image.Image]]:
    frames: list[Image.Image] = []
    for each in latents:
        decoded = adapter.thread.submit(adapter.decode, each, generation.request)
        frames.append(decoded.result())
        yield
    return frames


def _call_pipeline(
    adapter: PipelineAdapter,
    request: ResolvedRequest,
    check: Callable[[], None],
    extras: Extras,
    recorded: _Recorded,
    report: Callable[[Preview], None],
) -> Any:
    """Call the pipeline on this thread, as anybody would; record and report its steps."""
    check()
    shows_previews = extras.previews and not adapter.has_safety_checker
    with ExitStack() as stack:
        x0 = stack.enter_context(PredictedX0Recorder(adapter.pipeline.scheduler))
        if extras.word_maps:
            recorder = WordMapRecorder(
                adapter.attention_modules(), adapter.word_attention, adapter.is_guided(request)
            )
            recorded.word_maps = stack.enter_context(recorder)

        def on_step(pipeline: Any, step: int, time: Any, tensors: dict[str, Any]) -> dict[str, Any]:
            assert x0.latents is not None and x0.noisy is not None
            recorded.predicted_x0.append(x0.latents)
            recorded.noisy.append(x0.noisy)
            if recorded.word_maps:
                recorded.word_maps.end_step(adapter.change(tensors))
            shown = [(step + 1, x0.latents)]
            if step == 0 and shows_previews:
                shown.insert(0, (0, x0.noisy))
            for number, latents in shown:
                image = adapter.decode_preview(latents, request) if shows_previews else None
                report(Preview(number, request.steps, image))
            check()
            return tensors

        return adapter.pipeline(
            **adapter.call_arguments(request),
            generator=adapter.generator(request),
            callback_on_step_end=on_step,
        )


def _generation(
    adapter: PipelineAdapter,
    request: ResolvedRequest,
    image: Image.Image,
    recorded: _Recorded,
    finished: str = "end",
) -> Generation:
    """With word maps where they were recorded. A mix of two prompts has no words of its own."""
    maps: Tensor | None = None
    maps_of = "attention"
    words: tuple[str, ...] = ()
    if recorded.word_maps and recorded.word_maps.steps and not request.toward_prompt:
        tokens = adapter.prompt_tokens(request)
        words = tuple(word.text for word in tokens.words)
        maps = recorded.word_maps.of_words(tokens.tokens_of_words)
        maps_of = recorded.word_maps.maps_of
    return Generation(
        image, request, finished, recorded.predicted_x0, words, maps, maps_of,
        noisy=recorded.noisy,
    )  # fmt: skip
