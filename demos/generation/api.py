"""The endpoints of text generation: what the tab does, as plain JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

import gradio as gr

from backend.generation.request import OPTIONS, GenerationRequest, check_request
from backend.generation.results import Comparison, Generated, Samples, TextScores
from backend.generation.service import Generation
from demos.generation import samples_payload
from demos.generation.token_inspector_payload import token_json
from demos.shared.endpoints import Json, add, answers
from demos.shared.handlers import visitor_of
from demos.shared.pace import paced

DEFAULT: dict[str, Any] = {name: row.default for name, row in OPTIONS.items()}
# What an endpoint passes on to `check_request`: from `locals()`, as its first statement.
REQUEST_FIELDS = {field.name for field in fields(GenerationRequest)} - {"prompt", "notes"}


@dataclass(frozen=True)
class Endpoints:
    """The functions behind the endpoints; each is published under its own name."""

    service: Generation

    def generate(  # noqa: PLR0913, PLR0917 (the endpoint's own named parameters)
        self,
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
    ) -> Iterator[Json]:
        """Answer a prompt, or continue a text: {"text", "finished", "run"}.

        `predict` waits for the whole answer; `submit` streams it. Options that are left out
        take the form's values. With `tokens` the finished answer also has the probability, rank
        and alternatives of each token; an answer can `begin` with token ids of the same model,
        such as those of an alternative and of the tokens before it.
        """
        options = _request_fields(locals())

        def run() -> Iterator[Any]:
            checked = check_request(prompt, **options)
            return paced(self.service.generate(checked, visitor_of(request), model))

        def as_json(update: Generated) -> Json:
            with_tokens = bool(tokens and update.key)
            return {**answer_json(update), **(self._tokens_json(update) if with_tokens else {})}

        yield from answers(run, as_json, {"text": "", "finished": None, "run": None})

    def versus(  # noqa: PLR0913, PLR0917 (as above)
        self,
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
    ) -> Iterator[Json]:
        """Answer a prompt with two models: {"answers": [{"text", "finished", "run"}, ...], "over",
        "why_alone"}.

        There is one answer, and a reason, if both would be the same model, or the second has none.
        """
        options = _request_fields(locals())

        def run() -> Iterator[Any]:
            checked = check_request(prompt, **options)
            return paced(self.service.compare(checked, visitor_of(request), model, second))

        waiting: Json = {"answers": [], "over": False, "why_alone": None}
        yield from answers(run, comparison_json, waiting)

    def draws(  # noqa: PLR0913, PLR0917 (as above)
        self,
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
    ) -> Iterator[Json]:
        """Sample many continuations of a text at once: {"draws", "temperatures", "tree", "greedy",
        "beams", "run"}.

        A branch of the tree is [text, samples, probabilities, branches, whether greedy decoding
        takes it]; the probabilities are those of reaching it at each of the temperatures, after all
        settings. A sample has at most 40 tokens. Until all is finished `run` is None.
        """
        options = _request_fields(locals()) | {"mode": "completion", "strategy": "sampling"}

        def run() -> Iterator[Any]:
            checked = check_request(prompt, **options)
            return paced(self.service.sample_many(checked, visitor_of(request), model))

        yield from answers(run, _samples_with_run, {"tree": None, "run": None})

    def score(self, request: gr.Request, text: str, model: str = "") -> Iterator[Json]:
        """How probable a text is, token by token: {"perplexity", "first", "tokens", "run"}.

        Nothing precedes the first token, so it has no score.
        """

        def run() -> Iterator[Any]:
            return paced(self.service.score_text(text, visitor_of(request), model))

        waiting = {"perplexity": None, "first": None, "tokens": None, "run": None}
        yield from answers(run, self._scores_json, waiting)

    def _scores_json(self, update: TextScores) -> Json | None:
        """Nothing until the whole text is scored."""
        if not update.card:
            return None
        return {
            "perplexity": update.perplexity,
            "first": update.first,
            **self._tokens_json(update),
            "run": update.card.as_json(),
        }

    def _tokens_json(self, update: Generated | TextScores) -> Json:
        text_of = self.service.answer(update.key).text_of
        return {"tokens": [token_json(token, text_of) for token in update.tokens]}


def add_endpoints(service: Generation) -> None:
    """Add the endpoints to the page that is being built."""
    endpoints = Endpoints(service)
    add(endpoints.generate, endpoints.versus, endpoints.draws, endpoints.score)


def _request_fields(arguments: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if name in REQUEST_FIELDS}


def answer_json(update: Generated) -> Json:
    """An answer; `run` is None until it is finished."""
    run = update.card.as_json() if update.card else None
    return {"text": update.text, "finished": update.finished, "run": run}


def comparison_json(update: Comparison) -> Json:
    """Both answers; `over` when nothing more will come."""
    return {
        "answers": [answer_json(answer) for answer in update.answers],
        "over": update.over,
        "why_alone": str(update.why_alone) if update.why_alone else None,
    }


def _samples_with_run(update: Samples) -> Json:
    """What the page is sent, under the names that this endpoint has had from the start."""
    sent = samples_payload.as_json(update)
    return {
        **{"draws" if name == "samples" else name: value for name, value in sent.items()},
        "greedy": sent["greedy"] and _in_nats(sent["greedy"]),
        "beams": [_in_nats(one) for one in sent["beams"]],
        "run": update.card.as_json() if update.card else None,
    }


def _in_nats(scored: Json) -> Json:
    """A scored text with its surprise: the log-probability without its sign."""
    return {"text": scored["text"], "nats": -scored["logprob"]}
