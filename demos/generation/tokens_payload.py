"""What the page is sent of a run's tokens: a line for each, and one choice when it is asked for."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from demos.shared.strings import unfilled

if TYPE_CHECKING:
    from backend.generation.answer import Written
    from backend.generation.sampling_trace import Stage, Steps
    from backend.generation.task import Taken

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
    written: Sequence[Written],
    key: str = "",
    first: str = "",
    ended: bool = False,
) -> str:
    """JSON for the stage. `kind` is "answer" or "read"; `key` comes when the run is over; `first`
    is the text of a token that nothing stands before; `ended` says that the last token is the
    one with which the model ends an answer."""
    return json.dumps(
        {
            "words": {name: unfilled(language, f"glass.{name}") for name in WORDS},
            "kind": kind,
            "first": first,
            "tokens": [token_line(one) for one in written],
            "key": key,
            "ended": ended,
        },
        ensure_ascii=False,
    )


def token_line(one: Written) -> list[Any]:
    """[text, probability, rank, bits of entropy], short enough to be sent while it streams."""
    seen = one.choice
    return [one.text, _short(seen.before), seen.rank, round(seen.entropy, 2)]


def choice_of(taken: Taken, place: int) -> dict[str, Any]:
    """One token with its alternatives; and how it was chosen, if that is kept."""
    one = taken.at(place)
    seen = one.choice
    return {
        "text": taken.text_of(seen.id),
        "before": _short(seen.before),
        "after": _short(seen.after),
        "rank": seen.rank,
        "bits": round(seen.entropy, 2),
        "rest": _short(seen.rest),
        "given": taken.request is not None and place < len(taken.request.begin),
        "alternatives": [
            [each.id, taken.text_of(each.id), _short(each.before), _short(each.after)]
            for each in seen.alternatives
        ],
        "steps": None if one.logits is None else steps_of(taken, taken.steps_at(place)),
    }


def steps_of(taken: Taken, steps: Steps) -> dict[str, Any]:
    return {
        "token": steps.token_id,
        "followed": [[token, taken.text_of(token)] for token in steps.followed],
        "stages": [_stage(stage) for stage in steps.stages],
        "bar": [[s.id, taken.text_of(s.id), _short(s.start), _short(s.length)] for s in steps.bar],
        "drawn_at": None if steps.drawn_at is None else _short(steps.drawn_at),
    }


def _stage(stage: Stage) -> dict[str, Any]:
    return {
        "name": stage.name,
        "logits": [None if value is None else round(value, 3) for value in stage.logits],
        "probabilities": [_short(value) for value in stage.probabilities],
        "kept": stage.kept,
        "cut_mass": _short(stage.cut_mass),
    }


def _short(value: float) -> float:
    """Six significant digits: JSON of a double would take twenty."""
    return 0.0 if not math.isfinite(value) else float(f"{value:.6g}")


def token_json(one: Written, text_of: Any) -> dict[str, Any]:
    """A token for a script: all that is known of the choice."""
    seen = one.choice
    return {
        "id": seen.id,
        "text": one.text,
        "probability": seen.before,
        "drawn_with": seen.after,
        "rank": seen.rank,
        "entropy_bits": seen.entropy,
        "alternatives": [
            {
                "id": each.id,
                "text": text_of(each.id),
                "probability": each.before,
                "drawn_with": each.after,
            }
            for each in seen.alternatives
        ],
        "others": seen.rest,
    }
