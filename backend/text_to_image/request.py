"""A request for pictures: one table of options, and one checked request."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from backend.errors import InputError
from backend.messages import Message, message
from backend.options import SEED, ChoiceOption, NumberOption, Option, check_options, with_seed
from backend.text import clean_text, shown

UNIT = 64  # pixels: sizes are multiples of it, which every pipeline can draw

# None means the model's default: a distilled model needs 1 to 4 steps, others 20 or more.
OPTIONS: dict[str, Option] = {
    option.name: option
    for option in (
        ChoiceOption("style", "", ("", "noto", "3d", "flat")),
        NumberOption("steps", None, 1, 50, 1, whole=True, empty=True),
        NumberOption("guidance", None, 0, 20, 0.5, empty=True),
        SEED,
        NumberOption("size", None, UNIT, 1024, UNIT, whole=True, empty=True),
        NumberOption("count", 1, 1, 4, 1, whole=True),
    )
}


@dataclass(frozen=True)
class DrawRequest:
    """A checked request; None is the model's default. The first of `count` pictures has the seed,
    the others the numbers that follow it."""

    prompt: str
    negative: str = ""
    style: str = ""
    steps: int | None = None
    guidance: float | None = None
    seed: int = 0
    size: int | None = None  # pixels on a side of a square
    count: int = 1
    notes: tuple[Message, ...] = ()
    is_seeded: bool = True  # whether the visitor chose the seed; it was drawn otherwise


@dataclass(frozen=True)
class Extras:
    """What to produce besides the pictures. Both cost time."""

    previews: bool = True  # of each step, and afterwards a film of them
    word_maps: bool = True  # where each word of the prompt acts


EVERYTHING = Extras()


def check_request(prompt: object, **given: Any) -> DrawRequest:
    """A DrawRequest from outside values; InputError names the first bad one.

    Options that are not given take their defaults; a missing seed is drawn at random and stated
    in the recipe.
    """
    text, changed = clean_text(prompt, "prompt")
    if not text.strip():
        raise InputError("nothing_to_draw")
    negative, changed_negative = clean_text(given.pop("negative", "") or "", "negative")
    values = check_options(OPTIONS, given)
    if values["size"] is not None and int(values["size"]) % UNIT:
        raise InputError("bad_size", unit=UNIT, high=1024, value=shown(values["size"]))
    changed += changed_negative
    notes = (message("cleaned", count=changed),) if changed else ()
    one_line = " ".join(text.split())
    return DrawRequest(one_line, negative.strip(), notes=notes, **with_seed(values))


assert set(OPTIONS) < {field.name for field in fields(DrawRequest)}
