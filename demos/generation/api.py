"""The endpoint /generate: what the tab does, as plain JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import gradio as gr

from backend.generation.request import OPTIONS, GenerationRequest, check_request
from backend.generation.results import Fanned, Generated, Read, Versus
from backend.generation.service import Generation
from backend.run import Progress
from demos.generation.draws_payload import as_json
from demos.generation.tokens_payload import token_json
from demos.shared.endpoints import lazily, with_api_errors
from demos.shared.handlers import RUNS, visitor_of
from demos.shared.pace import paced

DEFAULT: dict[str, Any] = {name: row.default for name, row in OPTIONS.items()}
# Which of an endpoint's parameters are options of a request: `locals()`, as its first statement.
ASKED = {field.name for field in fields(GenerationRequest)} - {"prompt", "notes"}


def add_endpoint(service: Generation) -> None:
    """Add /generate to the page that is being built."""

    def generate(  # noqa: PLR0913, PLR0917 (the endpoint's own named parameters)
        request: gr.Request,
        prompt: str,
        mode: str = DEFAULT["mode"],
        system: str = "",
        history: list[dict[str, str]] | None = None,
        model: str = "",
        strategy: str = DEFAULT["strategy"],
        temperature: float = DEFAULT["temperature"],
        top_k: int = DEFAULT["top_k"],
        top_p: float = DEFAULT["top_p"],
        repetition_penalty: float = DEFAULT["repetition_penalty"],
        max_new_tokens: int = DEFAULT["max_new_tokens"],
        seed: int | None = None,
        overflow: str = DEFAULT["overflow"],
        min_p: float = DEFAULT["min_p"],
        stop: list[str] | None = None,
        begin: list[int] | None = None,
        tokens: bool = False,
    ) -> Iterator[dict[str, Any]]:
        """Answer a prompt, or continue a text: {"text", "finished", "run"}.

        `predict` waits for the whole answer; `submit` streams it. Options that are left out
        take the form's values. With `tokens` the finished answer has each token's probability,
        rank and alternatives besides; an answer can `begin` with token ids of the same model,
        such as an alternative's after those before it.
        """
        options = {name: value for name, value in locals().items() if name in ASKED}
        visitor = visitor_of(request)
        yield from with_api_errors(
            lazily(lambda: stream_json(service, visitor, prompt, model, options, bool(tokens)))
        )

    def score(request: gr.Request, text: str, model: str = "") -> Iterator[dict[str, Any]]:
        """How likely a text is, token by token: {"perplexity", "first", "tokens", "run"}.

        Nothing stands before the first token; it is not judged.
        """
        visitor = visitor_of(request)
        yield from with_api_errors(lazily(lambda: read_json(service, visitor, text, model)))

    def draws(  # noqa: PLR0913, PLR0917 (as above)
        request: gr.Request,
        prompt: str,
        draws: int = DEFAULT["draws"],
        model: str = "",
        temperature: float = DEFAULT["temperature"],
        top_k: int = DEFAULT["top_k"],
        top_p: float = DEFAULT["top_p"],
        min_p: float = DEFAULT["min_p"],
        repetition_penalty: float = DEFAULT["repetition_penalty"],
        max_new_tokens: int = 30,
        seed: int | None = None,
    ) -> Iterator[dict[str, Any]]:
        """Go on with a text many times at once: {"draws", "temperatures", "tree", "greedy",
        "beams", "run"}.

        A branch of the tree is [text, draws, chances, branches, whether greedy decoding goes
        here]; chances are those of coming to it, at each of the temperatures, after all settings.
        A draw has at most 40 tokens. Until it is finished `run` is None.
        """
        options = {name: value for name, value in locals().items() if name in ASKED}
        options |= {"mode": "completion", "strategy": "sampling"}
        visitor = visitor_of(request)
        yield from with_api_errors(
            lazily(lambda: draws_json(service, visitor, prompt, model, options))
        )

    def versus(  # noqa: PLR0913, PLR0917 (as above)
        request: gr.Request,
        prompt: str,
        model: str = "",
        second: str = "bundled",
        system: str = "",
        strategy: str = DEFAULT["strategy"],
        temperature: float = DEFAULT["temperature"],
        top_k: int = DEFAULT["top_k"],
        top_p: float = DEFAULT["top_p"],
        min_p: float = DEFAULT["min_p"],
        repetition_penalty: float = DEFAULT["repetition_penalty"],
        max_new_tokens: int = DEFAULT["max_new_tokens"],
        seed: int | None = None,
        stop: list[str] | None = None,
    ) -> Iterator[dict[str, Any]]:
        """Answer a prompt with two models: {"answers": [{"text", "finished", "run"}, ...], "over",
        "why_alone"}.

        There is one answer, and a reason, if both would be the same model, or the second has none.
        """
        options = {name: value for name, value in locals().items() if name in ASKED}
        visitor = visitor_of(request)
        yield from with_api_errors(
            lazily(lambda: versus_json(service, visitor, prompt, (model, second), options))
        )

    gr.api(generate, api_name="generate", **RUNS)
    gr.api(versus, api_name="versus", **RUNS)
    gr.api(draws, api_name="draws", **RUNS)
    gr.api(score, api_name="score", **RUNS)


def stream_json(
    service: Generation,
    visitor: str,
    prompt: str,
    model: str,
    options: dict[str, Any],
    with_tokens: bool = False,
) -> Iterator[dict[str, Any]]:
    """The growing answer as JSON values; `run` is None until it is finished.

    Empty texts come while a model loads or reads: a client that has left is noticed then, too.
    """
    updates = service.generate(check_request(prompt, **options), visitor, model)
    for update in paced(updates, stage):
        if isinstance(update, Progress):
            yield {"text": "", "finished": None, "run": None}
        else:
            tokens = {}
            if update.key and with_tokens:
                text_of = service.answers.get(update.key).text_of
                tokens = {"tokens": [token_json(one, text_of) for one in update.written]}
            yield {**_answer_json(update), **tokens}


def read_json(service: Generation, visitor: str, text: str, model: str) -> Iterator[dict[str, Any]]:
    """A text as it is read; all else is None until it is finished."""
    for update in paced(service.read(text, visitor, model), stage):
        if not isinstance(update, Read) or not update.card:
            yield {"perplexity": None, "first": None, "tokens": None, "run": None}
            continue
        text_of = service.answers.get(update.key).text_of
        yield {
            "perplexity": update.perplexity,
            "first": update.first,
            "tokens": [token_json(one, text_of) for one in update.written],
            "run": update.card.as_json(),
        }


def draws_json(
    service: Generation, visitor: str, prompt: str, model: str, options: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    """The growing tree; `run` is None until greedy and beams stand beside it, too."""
    updates = service.fan(check_request(prompt, **options), visitor, model)
    for update in paced(updates, stage):
        if isinstance(update, Progress):
            yield {"tree": None, "run": None}
        else:
            run = update.card.as_json() if update.card else None
            yield {**as_json(update), "run": run}


def versus_json(
    service: Generation, visitor: str, prompt: str, models: tuple[str, str], options: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    """Both growing answers; "over" when there is nothing to come."""
    updates = service.versus(check_request(prompt, **options), visitor, *models)
    for update in paced(updates, stage):
        if isinstance(update, Progress):
            yield {"answers": [], "over": False, "why_alone": None}
            continue
        why = str(update.why_alone) if update.why_alone else None
        answers = [_answer_json(side) for side in update.sides]
        yield {"answers": answers, "over": update.over, "why_alone": why}


def _answer_json(update: Generated) -> dict[str, Any]:
    run = update.card.as_json() if update.card else None
    return {"text": update.text, "finished": update.finished, "run": run}


def stage(update: Progress | Generated | Read | Fanned | Versus) -> object:
    """What a run is at: a kind of progress, writing (None), or the way it ended."""
    if isinstance(update, Versus):
        doing = update.doing.message.code if update.doing else None
        return update.over, doing, [side.finished for side in update.sides]
    if isinstance(update, Progress):
        return update.message.code
    if isinstance(update, Read):
        return "read" if update.card else None
    if isinstance(update, Fanned):
        return update.finished
    return update.finished
