"""The endpoints of the attention tab: what the page shows, as plain JSON, from a text alone.

`look` is a dictionary of how to look: {"stack", "layer", "head", "token", "average", "hide",
"renormalise", "pair"}; layers, heads and tokens count from 1, what is left out is chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import gradio as gr

from backend.attention.request import LOOK, POSITIONS, WIDTH, check_look, check_request
from backend.attention.results import Attended
from backend.attention.service import Attention
from backend.errors import InputError
from backend.run import Progress
from backend.text import shown
from demos.attention import export, hand_link, hand_payload, payload
from demos.shared.endpoints import Json, add, answers
from demos.shared.handlers import visitor_of
from demos.shared.strings import language_of

T = TypeVar("T")
Inputs = tuple[Any, Any, Any, Any]  # text, second, kind, model
# What an endpoint makes of a recording, for the visitor who asked.
Reading = Callable[[Attention, Attended, gr.Request], Json]


def add_endpoints(service: Attention) -> None:
    """Add the endpoints to the page that is being built."""
    add(
        _attention(service),
        _of_look(service, "attention_steps", _steps),
        _of_look(service, "attention_layers", _layers),
        _of_look(service, "attention_effect", _effect),
        _attention_file(service),
        attention_by_hand,
        attention_toy,
        attention_positions,
    )


def _attention(service: Attention) -> Callable[..., Iterator[Json]]:
    def attention(  # noqa: PLR0913, PLR0917 (the endpoint's own named parameters)
        request: gr.Request,
        text: str,
        second: str = "",
        kind: str = "encoder",
        model: str = "",
        stack: str = "",
        layer: int | None = None,
        head: int | None = None,
        average: str = "none",
        hide: str = "none",
        renormalise: str = "no",
        pair: str = "all",
    ) -> Iterator[Json]:
        """One head's attention: {"look", "rows", "columns", "weights", "run"}."""
        look = {
            "stack": stack,
            "layer": layer,
            "head": head,
            "average": average,
            "hide": hide,
            "renormalise": renormalise,
            "pair": pair,
        }
        yield from _answer(service, request, (text, second, kind, model), look, _weights)

    return attention


def _attention_file(service: Attention) -> Callable[..., Iterator[Json]]:
    def attention_file(
        request: gr.Request,
        text: str,
        second: str = "",
        kind: str = "encoder",
        model: str = "",
        look: dict[str, Any] | None = None,
        format: str = "json",  # noqa: A002 (the parameter's name in the API)
    ) -> Iterator[Json]:
        """A view as a file's text: svg, csv, json, or html that works from disk."""

        def as_file(_: Attention, made: Attended, request: gr.Request) -> Json:
            language = language_of(request)
            return export.export(language, made.recording, made.look, format, "heat")

        yield from _answer(service, request, (text, second, kind, model), look, as_file)

    return attention_file


def _of_look(service: Attention, name: str, reading: Reading) -> Callable[..., Iterator[Json]]:
    """An endpoint of a text and a look, described by the docstring of what it computes."""

    def endpoint(
        request: gr.Request,
        text: str,
        second: str = "",
        kind: str = "encoder",
        model: str = "",
        look: dict[str, Any] | None = None,
    ) -> Iterator[Json]:
        yield from _answer(service, request, (text, second, kind, model), look, reading)

    endpoint.__name__, endpoint.__doc__ = name, reading.__doc__
    return endpoint


def attention_by_hand(
    q: list[list[float]],
    k: list[list[float]],
    v: list[list[float]],
    causal: bool = False,
) -> Iterator[Json]:
    """softmax(QKᵀ / √d) V for small tables, with every step."""

    def work() -> Iterator[Json]:
        yield payload.by_hand(q, k, v, causal)

    yield from answers(work, dict)


def attention_toy(numbers: dict[str, Any] | None = None, preset: str = "three") -> Iterator[Json]:
    """A transformer of one layer on small tables: {"numbers", "worked"}. What `numbers` leaves out
    is that of the preset: three, heads, causal or uniform."""

    def work() -> Iterator[Json]:
        given = {} if numbers is None else numbers
        yield hand_payload.answer(*hand_link.changed(preset, given))

    yield from answers(work, dict)


def attention_positions(positions: int = 64, width: int = 64) -> Iterator[Json]:
    """The sinusoidal positional encoding: {"encoding": [position][dimension]}."""

    def work() -> Iterator[Json]:
        count, size = POSITIONS.check(positions), WIDTH.check(width)
        yield {"encoding": Attention.positions(int(count or 1), int(size or 2)).tolist()}

    yield from answers(work, dict)


def _answer(
    service: Attention, request: gr.Request, inputs: Inputs, look: Any, reading: Reading
) -> Iterator[Json]:
    """Record the text; then what `reading` makes of the recording, and the run's facts."""

    def run() -> Iterator[Progress | Json]:
        wanted = check_look(**_as_look(look))
        made = None
        for update in service.attend(check_request(*inputs), wanted, visitor_of(request)):
            if isinstance(update, Progress):
                yield update
            else:
                made = update
        assert made is not None
        # Only now, when the run has given the device back: `reading` may start another.
        yield {**reading(service, made, request), "run": made.card.as_json()}

    yield from answers(run, dict)


def _as_look(look: Any) -> Json:
    """The look as a dictionary; None, an empty one. InputError for anything else."""
    if look is None or isinstance(look, dict):
        return look or {}
    raise InputError("not_a_look", choices=", ".join(LOOK), value=shown(look))


def _weights(service: Attention, made: Attended, request: gr.Request) -> Json:
    return service.view(made.recording, made.look).as_json()


def _steps(service: Attention, made: Attended, request: gr.Request) -> Json:
    """One token's attention in one head, step by step, over all tokens."""
    steps = service.steps(made.recording, made.look)
    values = {name: array.tolist() for name, array in vars(steps).items()}
    columns = made.recording.stacks[made.look.stack].columns
    return {
        "look": made.look.as_json(),
        "columns": [token.as_json() for token in columns],
        **values,
        "difference": steps.difference,
    }


def _layers(service: Attention, made: Attended, request: gr.Request) -> Json:
    """{"rollout": a token's rollout after each layer, "lens": a decoder's predictions, or None}."""
    recording, look = made.recording, made.look
    rollout = lens = None
    if recording.stacks[look.stack].is_square:
        rollout = service.rollout(recording, look).tolist()
    if recording.kind == "decoder":
        found = _last(service.read_lens(recording, look, visitor_of(request)))
        lens = payload.predictions(found)
    return {"look": look.as_json(), "rollout": rollout, "lens": lens}


def _effect(service: Attention, made: Attended, request: gr.Request) -> Json:
    """A head's attention beside what changes when each token is masked, each head zeroed."""
    found = _last(service.ablate(made.recording, made.look, visitor_of(request)))
    return {"look": made.look.as_json(), **payload.effects(found)}


def _last(updates: Iterator[Progress | T]) -> T:
    """A run's result."""
    *_, result = updates
    assert not isinstance(result, Progress)
    return result
