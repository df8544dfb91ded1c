"""The endpoints of text generation: what the tab does, as plain JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import gradio as gr

from backend.generation.request import OPTIONS, GenerationRequest, check_request
from backend.generation.results import Comparison, Generated, Samples, TextScores
from backend.generation.service import Generation
from backend.options import NumberOption
from demos.generation import samples_payload
from demos.generation.token_inspector_payload import token_json
from demos.shared.endpoints import Json, add, answers
from demos.shared.handlers import visitor_of
from demos.shared.pace import paced

if TYPE_CHECKING:
    from backend.generation.kept_answers import KeptAnswer

DEFAULT: dict[str, Any] = {name: row.default for name, row in OPTIONS.items()}
PAGE = 1000  # tokens in one answer of /score
START = NumberOption("start", default=0, low=0, high=10**6, step=1, whole=True)
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
            said = answer_json(update)
            if update.key:  # the finished answer, which no client can come back to
                said |= self._tokens_json(update) if tokens else {}
                self.service.let_go(update.key)
            return said

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
        "why_alone", "why_twice"}.

        Where both would be the same model, it answers twice, the second time with tokens chosen the
        other way (`strategy`), and `why_twice` says so. There is one answer, and a reason, if the
        second has none.
        """
        options = _request_fields(locals())

        def run() -> Iterator[Any]:
            checked = check_request(prompt, **options)
            return paced(self.service.compare(checked, visitor_of(request), model, second))

        waiting: Json = {"answers": [], "over": False, "why_alone": None, "why_twice": None}
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
        """How probable a text is, token by token: {"perplexity", "first", "tokens", "key", "next",
        "run"}.

        Nothing precedes the first token, so it has no score. Of a long text come the first 1,000
        tokens; `/score_more` has the others, from `next` on (None where that was all).
        """

        def run() -> Iterator[Any]:
            return paced(self.service.score_text(text, visitor_of(request), model))

        names = ("perplexity", "first", "tokens", "key", "next", "run")
        yield from answers(run, self._scores_json, dict.fromkeys(names))

    def score_more(self, key: str, start: int) -> Iterator[Json]:
        """More tokens of a text that `/score` has scored, from the place `start` on: {"tokens",
        "next"}. The `key` holds while the client's session does, until it scores another text."""

        def tokens() -> Iterator[Json]:
            place = int(START.check(start) or 0)
            yield _page_of(self.service.answer(key), place)

        yield from answers(tokens, lambda page: page)

    def _scores_json(self, update: TextScores) -> Json | None:
        """Nothing until the whole text is scored."""
        if not update.card:
            return None
        return {
            "perplexity": update.perplexity,
            "first": update.first,
            **_page_of(self.service.answer(update.key), 0),
            "key": update.key,
            "run": update.card.as_json(),
        }

    def _tokens_json(self, update: Generated | TextScores) -> Json:
        text_of = self.service.answer(update.key).text_of
        return {"tokens": [token_json(token, text_of) for token in update.tokens]}


def _page_of(answer: KeptAnswer, start: int) -> Json:
    """At most PAGE tokens with their alternatives, 2.4 kB each, and where the next page begins."""
    end = start + PAGE
    page = [token_json(token, answer.text_of) for token in answer.tokens[start:end]]
    return {"tokens": page, "next": end if end < len(answer.tokens) else None}


def add_endpoints(service: Generation) -> None:
    """Add the endpoints to the page that is being built."""
    endpoints = Endpoints(service)
    add(
        endpoints.generate, endpoints.versus, endpoints.draws, endpoints.score, endpoints.score_more
    )


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
        "why_twice": str(update.why_twice) if update.why_twice else None,
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
