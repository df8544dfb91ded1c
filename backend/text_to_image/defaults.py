"""A request made definite for one model: what it leaves open, and what that model cannot do."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from backend.messages import Message, message
from backend.text_to_image.request import MAX_SEED, DrawRequest

OTHER_LETTERS = re.compile(r"[\u0370-\u1fff\u2e80-\ud7ff\uf900-\ufaff]")  # not Latin


@dataclass(frozen=True)
class Habits:
    """What a model is used with: its own steps, guidance and size, and what it can do."""

    steps: int
    guidance: float
    size: int  # pixels
    least: int = 64  # sizes that it can draw
    most: int = 1024
    guided: bool = True  # whether it was made for guidance, and so can lead away from a prompt
    languages: str = "English"


@dataclass(frozen=True)
class Settled:
    """One picture to draw, with nothing left open. `mixed` leads from the prompt towards another
    one by a share, `noise_of` from the seed's noise towards another seed's."""

    prompt: str
    negative: str
    style: str
    steps: int
    guidance: float
    seed: int
    size: int
    notes: tuple[Message, ...] = ()
    mixed: tuple[str, float] | None = None
    noise_of: tuple[int, float] | None = None

    def following(self, number: int) -> Settled:
        """The same with the seed that comes `number` later."""
        return replace(self, seed=(self.seed + number) % (MAX_SEED + 1))


@dataclass(frozen=True)
class Watch:
    """What to show beside the picture: how it forms, and which word acts where."""

    previews: bool = True
    words: bool = True


EVERYTHING = Watch()


def settle(request: DrawRequest, habits: Habits) -> Settled:
    """What the request leaves open is the model's habit; what it cannot do is noted."""
    notes = list(request.notes)
    size = habits.size if request.size is None else request.size
    drawn = min(max(size, habits.least), habits.most)
    if drawn != size:
        notes.append(message("other_size", asked=size, drawn=drawn))
    guidance = habits.guidance if request.guidance is None else request.guidance
    negative = request.negative
    if not habits.guided:
        notes += _unguided(request, habits)
        guidance, negative = habits.guidance, ""
    if OTHER_LETTERS.search(request.prompt) and "Chinese" not in habits.languages:
        notes.append(message("reads_only", languages=habits.languages))
    return Settled(
        prompt=request.prompt,
        negative=negative,
        style=request.style,
        steps=habits.steps if request.steps is None else request.steps,
        guidance=float(guidance),
        seed=request.seed,
        size=drawn,
        notes=tuple(notes),
    )


def _unguided(request: DrawRequest, habits: Habits) -> list[Message]:
    notes = []
    if request.guidance not in (None, habits.guidance):
        notes.append(message("no_guidance", guidance=f"{habits.guidance:g}"))
    if request.negative:
        notes.append(message("no_negative"))
    return notes


def habits_of(defaults: dict[str, Any], languages: str) -> Habits:
    """The habits that a row of the registry states."""
    return Habits(languages=languages, **defaults)
