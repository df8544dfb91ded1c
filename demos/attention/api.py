"""The endpoints of the attention tab: what the page shows, as plain JSON, from a text alone.

`look` is a dictionary of how to look: {"stack", "layer", "head", "token", "average", "hide",
"renormalise", "pair"}; layers, heads and tokens count from 1, what is left out is chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import gradio as gr

from backend.attention.request import LOOK, check_look, check_request
from backend.attention.service import Attention
from backend.errors import InputError
from backend.run import Progress
from backend.text import shown
from demos.shared.endpoints import with_api_errors
from demos.shared.handlers import RUNS, visitor_of
from demos.shared.strings import language_of


def add_endpoints(service: Attention) -> None:
    """Add the endpoints to the page that is being built."""

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
    ) -> Iterator[dict[str, Any]]:
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

    def attention_file(
        request: gr.Request,
        text: str,
        second: str = "",
        kind: str = "encoder",
        model: str = "",
        look: dict[str, Any] | None = None,
        format: str = "json",  # noqa: A002 (the parameter's name in the API)
    ) -> Iterator[dict[str, Any]]:
        """A view as a file's text: svg, csv, json, or html that works from disk."""

        def work(recording: Any, wanted: Any) -> dict[str, Any]:
            from demos.attention import export

            return export.export(language_of(request), recording, wanted, format, "heat")

        yield from _answer(service, request, (text, second, kind, model), look, work)

    def attention_by_hand(
        q: list[list[float]],
        k: list[list[float]],
        v: list[list[float]],
        causal: bool = False,
    ) -> Iterator[dict[str, Any]]:
        """softmax(QKᵀ / √d) V for small tables, with every step."""

        def work() -> Iterator[dict[str, Any]]:
            from demos.attention import payload

            yield payload.worked_by_hand(q, k, v, causal)

        yield from with_api_errors(work())

    def attention_positions(positions: int = 64, width: int = 64) -> Iterator[dict[str, Any]]:
        """The sinusoidal positional encoding: {"encoding": [position][dimension]}."""

        def work() -> Iterator[dict[str, Any]]:
            from backend.attention.positions import POSITIONS, WIDTH, sinusoidal

            count, size = POSITIONS.check(positions), WIDTH.check(width)
            yield {"encoding": sinusoidal(int(count or 1), int(size or 2)).tolist()}

        yield from with_api_errors(work())

    for endpoint in (
        attention,
        _looking(service, "attention_steps", _steps),
        _looking(service, "attention_layers", _layers),
        _looking(service, "attention_effect", _effect),
        attention_file,
        attention_by_hand,
        attention_positions,
    ):
        gr.api(endpoint, api_name=endpoint.__name__, **RUNS)


def _looking(
    service: Attention, name: str, work: Callable[..., dict[str, Any]]
) -> Callable[..., Any]:
    """An endpoint of a text and a look: what `work` makes of them, described by its docstring."""

    def endpoint(
        request: gr.Request,
        text: str,
        second: str = "",
        kind: str = "encoder",
        model: str = "",
        look: dict[str, Any] | None = None,
    ) -> Iterator[dict[str, Any]]:
        here = partial(work, service, visitor_of(request))
        yield from _answer(service, request, (text, second, kind, model), look, here)

    endpoint.__name__, endpoint.__doc__ = name, work.__doc__
    return endpoint


def _answer(
    service: Attention,
    request: gr.Request,
    asked: tuple[Any, Any, Any, Any],
    look: Any,
    work: Callable[[Any, Any], dict[str, Any]],
) -> Iterator[dict[str, Any]]:
    """Record the text, then what `work` makes of the recording and the look, and the run's facts.

    An empty dictionary comes while a model loads: a client that has left is noticed then, too.
    """

    def steps() -> Iterator[dict[str, Any]]:
        wanted = check_look(**_given(look))
        made = None
        for update in service.attend(check_request(*asked), visitor_of(request)):
            if isinstance(update, Progress):
                yield {}
            else:
                made = update
        assert made is not None
        # Only now, when the run has given the device back: `work` may start another.
        yield {**work(made.recording, wanted), "run": made.card.as_json()}

    yield from with_api_errors(steps())


def _given(look: Any) -> dict[str, Any]:
    """The look as a dictionary; None, an empty one. InputError for anything else."""
    if look is None or isinstance(look, dict):
        return look or {}
    raise InputError("not_a_look", choices=", ".join(LOOK), value=shown(look))


def _weights(recording: Any, look: Any) -> dict[str, Any]:
    from backend.attention.tables import as_values
    from backend.attention.view import view

    return as_values(view(recording, look))


def _steps(service: Attention, visitor: str, recording: Any, look: Any) -> dict[str, Any]:
    """One token's attention in one head, step by step, over all tokens."""
    from backend.attention.steps import steps
    from backend.attention.tables import piece_as_values
    from backend.attention.view import settled

    stack, look = settled(recording, look)
    done = steps(stack.layers[look.layer - 1], look.head - 1, look.token - 1)
    values = {name: array.tolist() for name, array in vars(done).items()}
    columns = [piece_as_values(piece) for piece in stack.columns]
    return {"look": vars(look), "columns": columns, **values, "difference": done.difference}


def _layers(service: Attention, visitor: str, recording: Any, look: Any) -> dict[str, Any]:
    """{"rollout": a token's rollout after each layer, "lens": a decoder's guesses, or None}."""
    from backend.attention.rollout import rolled_rows
    from backend.attention.view import settled
    from demos.attention.payload import guesses

    stack, look = settled(recording, look)
    rolled = rolled_rows(stack, look.token - 1).tolist() if stack.is_square else None
    lens = None
    if recording.kind == "decoder":
        *_, found = service.read_lens(recording, look.token, visitor)
        lens = guesses(found)
    return {"look": vars(look), "rollout": rolled, "lens": lens}


def _effect(service: Attention, visitor: str, recording: Any, look: Any) -> dict[str, Any]:
    """A head's attention beside what changes when each token is masked, each head silenced."""
    from backend.attention.view import settled
    from demos.attention.payload import effects

    _, look = settled(recording, look)
    *_, found = service.measure(recording, look, visitor)
    return {"look": vars(look), **effects(found)}
