"""What the token inspector is sent: a line for each token, and the details of one on demand."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from demos.shared.strings import unfilled

if TYPE_CHECKING:
    from backend.generation.kept_answers import KeptAnswer
    from backend.generation.results import GeneratedToken
    from backend.generation.sampling_trace import SamplingTrace, TraceStep

WORDS = (
    "title",
    "title_read",
    "colour_by",
    "surprise",
    "rank",
    "entropy",
    "expected",
    "unexpected",
    "certain",
    "uncertain",
    "space",
    "hint",
    "hint_read",
    "chosen",
    "before",
    "after",
    "others",
    "rank_of",
    "bits",
    "go_on",
    "step_logits",
    "step_penalty",
    "step_temperature",
    "step_top_k",
    "step_top_p",
    "step_min_p",
    "kept",
    "cut",
    "steps_title",
    "bar_title",
    "shares_title",
    "after_settings",
    "failed",
    "drawn",
    "likeliest",
    "given",
    "end",
    "surprising",
    "token",
)


def sent(
    language: str,
    kind: str,
    tokens: Sequence[GeneratedToken],
    key: str = "",
    first: str = "",
    ended: bool = False,
) -> str:
    """JSON for the stage. `kind` is "answer" or "score"; `key` comes when the run is over; `first`
    is the text of a scored text's first token; `ended` says that the last token is the one with
    which the model ended its answer."""
    return json.dumps(
        {
            "words": {name: unfilled(language, f"generation.tokens.{name}") for name in WORDS},
            "kind": kind,
            "first": first,
            "tokens": [token_line(token) for token in tokens],
            "key": key,
            "ended": ended,
        },
        ensure_ascii=False,
    )


def token_line(token: GeneratedToken) -> list[Any]:
    """[text, probability, rank, bits of entropy], short enough to be sent while it streams."""
    choice = token.choice
    return [token.text, _short(choice.probability), choice.rank, round(choice.entropy, 2)]


def choice_of(answer: KeptAnswer, place: object) -> dict[str, Any]:
    """One token with its alternatives; and how it was chosen, if that is kept. InputError where
    there is no such token."""
    token = answer.token_at(place)
    choice = token.choice
    return {
        "text": answer.text_of(choice.id),
        "probability": _short(choice.probability),
        "sampling_probability": _short(choice.sampling_probability),
        "rank": choice.rank,
        "entropy": round(choice.entropy, 2),
        "rest": _short(choice.rest),
        "given": answer.is_given(place),
        "alternatives": [
            [
                one.id,
                answer.text_of(one.id),
                _short(one.probability),
                _short(one.sampling_probability),
            ]
            for one in choice.alternatives
        ],
        "trace": None if token.logits is None else trace_of(answer, answer.trace_at(place)),
    }


def trace_of(answer: KeptAnswer, trace: SamplingTrace) -> dict[str, Any]:
    """How a token was chosen: the steps, and the bar that it was drawn from."""
    return {
        "token": trace.token_id,
        "followed": [[token, answer.text_of(token)] for token in trace.followed],
        "steps": [_step(step) for step in trace.steps],
        "bar": [
            [one.id, answer.text_of(one.id), _short(one.start), _short(one.length)]
            for one in trace.bar
        ],
        "drawn_at": None if trace.drawn_at is None else _short(trace.drawn_at),
    }


def _step(step: TraceStep) -> dict[str, Any]:
    return {
        "name": step.name,
        "logits": [None if value is None else round(value, 3) for value in step.logits],
        "probabilities": [_short(value) for value in step.probabilities],
        "kept": step.kept,
        "cut_mass": _short(step.cut_mass),
    }


def _short(value: float) -> float:
    """Six significant digits; the JSON of a double takes twenty."""
    return 0.0 if not math.isfinite(value) else float(f"{value:.6g}")


def token_json(token: GeneratedToken, text_of: Callable[[int], str]) -> dict[str, Any]:
    """A token for clients of the API: all that is known of its choice."""
    choice = token.choice
    return {
        "id": choice.id,
        "text": token.text,
        "probability": choice.probability,
        "drawn_with": choice.sampling_probability,
        "rank": choice.rank,
        "entropy_bits": choice.entropy,
        "alternatives": [
            {
                "id": one.id,
                "text": text_of(one.id),
                "probability": one.probability,
                "drawn_with": one.sampling_probability,
            }
            for one in choice.alternatives
        ],
        "others": choice.rest,
    }
