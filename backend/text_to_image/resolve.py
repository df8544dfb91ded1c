"""A request resolved for one model: its defaults for what is left open, and notes on what that
model cannot do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from backend.languages import has_unknown_script
from backend.messages import Message, message
from backend.options import MAX_SEED
from backend.text_to_image.request import DrawRequest


@dataclass(frozen=True)
class Defaults:
    """A model's own steps, guidance and size, and what it can do."""

    steps: int
    guidance: float
    size: int  # pixels on a side
    min_size: int = 64
    max_size: int = 1024
    supports_guidance: bool = True  # and with it negative prompts
    languages: str = "English"


@dataclass(frozen=True)
class ResolvedRequest:
    """One picture to draw, with nothing left open."""

    prompt: str
    negative: str
    style: str
    steps: int
    guidance: float
    seed: int
    size: int
    notes: tuple[Message, ...] = ()
    toward_prompt: tuple[str, float] | None = None  # another prompt, and its weight from 0 to 1
    toward_seed: tuple[int, float] | None = None  # another seed's noise, and its weight

    def following(self, number: int) -> ResolvedRequest:
        """The same request with the seed that comes `number` later."""
        return replace(self, seed=(self.seed + number) % (MAX_SEED + 1))


def defaults_of(stated: Mapping[str, Any], languages: str) -> Defaults:
    """The defaults that a row of the registry states."""
    return Defaults(languages=languages, **stated)


def resolve(request: DrawRequest, defaults: Defaults) -> ResolvedRequest:
    """Fill what the request leaves open from the model's defaults; note what it cannot do."""
    notes = list(request.notes)
    size = defaults.size if request.size is None else request.size
    drawn = min(max(size, defaults.min_size), defaults.max_size)
    if drawn != size:
        notes.append(message("other_size", asked=size, drawn=drawn))
    guidance = defaults.guidance if request.guidance is None else request.guidance
    negative = request.negative
    if not defaults.supports_guidance:
        notes += _without_guidance(request, defaults)
        guidance, negative = defaults.guidance, ""
    if any(has_unknown_script(text, defaults.languages) for text in (request.prompt, negative)):
        notes.append(message("reads_only", languages=defaults.languages))
    return ResolvedRequest(
        prompt=request.prompt,
        negative=negative,
        style=request.style,
        steps=defaults.steps if request.steps is None else request.steps,
        guidance=float(guidance),
        seed=request.seed,
        size=drawn,
        notes=tuple(notes),
    )


def _without_guidance(request: DrawRequest, defaults: Defaults) -> list[Message]:
    notes = []
    if request.guidance not in (None, defaults.guidance):
        notes.append(message("no_guidance", guidance=f"{defaults.guidance:g}"))
    if request.negative:
        notes.append(message("no_negative"))
    return notes
