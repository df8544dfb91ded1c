"""What if: the same noise under other settings, another word, or between two prompts or seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from backend.errors import InputError
from backend.options import ChoiceOption, NumberOption
from backend.text import clean_text, shown
from backend.text_to_image.request import MAX_SEED, OPTIONS, DrawRequest
from backend.words import words_of

HOLE = "{}"  # where a word of a grid goes in the prompt
AXES = ("seed", "guidance", "steps", "style", "word")
MOST = 6  # values of an axis
ROWS = ChoiceOption("rows", "seed", AXES)
COLUMNS = ChoiceOption("columns", "guidance", AXES)
KIND = ChoiceOption("between", "prompts", ("prompts", "seeds"))
FRAMES = NumberOption("frames", 7, 3, 13, 1, whole=True)


@dataclass(frozen=True)
class Axis:
    """A setting and the values that it takes."""

    name: str
    values: tuple[object, ...]


@dataclass(frozen=True)
class Cell:
    """One picture to draw, and where it stands."""

    row: int
    column: int
    request: DrawRequest


@dataclass(frozen=True)
class Grid:
    """All cells, and what the rows and columns stand for."""

    rows: Axis
    columns: Axis
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Between:
    """From a request's prompt to another one, or from its seed to another one, in `frames`."""

    request: DrawRequest
    kind: str
    prompt: str
    seed: int
    shares: tuple[float, ...]


def check_axis(name: object, values: object, option: ChoiceOption) -> Axis:
    """An axis from outside: its name, and a list or a text with commas. InputError otherwise."""
    name = option.check(name)
    if isinstance(values, str):
        values = [part.strip() for part in values.split(",") if part.strip()]
    if not isinstance(values, list) or not values:
        raise InputError("no_axis_values", name=name)
    if len(values) > MOST:
        raise InputError("too_many_axis_values", name=name, count=len(values), limit=MOST)
    return Axis(name, tuple(_checked(name, value) for value in values))


def _checked(name: str, value: object) -> object:
    if name == "word":
        return clean_text(value, "word")[0].strip()
    checked = OPTIONS[name].check(value)
    if checked in (None, ""):
        raise InputError("no_axis_values", name=name)
    return checked


def grid(request: DrawRequest, rows: Axis, columns: Axis) -> Grid:
    """Every row under every column; all cells start from the same noise unless a seed differs."""
    if rows.name == columns.name:
        raise InputError("same_axes", name=rows.name)
    if "word" in (rows.name, columns.name) and request.prompt.count(HOLE) != 1:
        raise InputError("no_word_hole", hole=HOLE, value=shown(request.prompt))
    one = replace(request, count=1)
    cells = tuple(
        Cell(row, column, _with(_with(one, rows, row), columns, column))
        for row in range(len(rows.values))
        for column in range(len(columns.values))
    )
    return Grid(rows, columns, cells)


def _with(request: DrawRequest, axis: Axis, number: int) -> DrawRequest:
    value = axis.values[number]
    if axis.name == "word":
        return replace(request, prompt=request.prompt.replace(HOLE, str(value)))
    return replace(request, **{axis.name: value})  # type: ignore[arg-type]


def swap(request: DrawRequest, word: object, other: object) -> Grid:
    """The prompt, and the prompt with a word exchanged: one row of two. The word may come several
    times; letters' case is not looked at."""
    gone, new = (
        clean_text(text, name)[0].strip() for text, name in ((word, "word"), (other, "other"))
    )
    places = [w for w in words_of(request.prompt) if w.text.lower() == gone.lower()]
    if not places:
        raise InputError("word_not_there", word=shown(gone), prompt=shown(request.prompt))
    if not new:
        raise InputError("empty_text", name="other")
    changed = request.prompt
    for place in reversed(places):
        changed = changed[: place.start] + new + changed[place.end :]
    one = replace(request, count=1)
    cells = (Cell(0, 0, one), Cell(0, 1, replace(one, prompt=changed)))
    return Grid(Axis("prompt", ("",)), Axis("word", (gone, new)), cells)


def check_between(
    request: DrawRequest, kind: object, prompt: object, seed: object, frames: object
) -> Between:
    """The way from the request to another prompt or seed. InputError names what is missing."""
    kind = KIND.check(kind)
    count = FRAMES.check(frames)
    assert count is not None
    text = " ".join(clean_text(prompt or "", "prompt")[0].split())
    if kind == "prompts" and not text:
        raise InputError("empty_text", name="second prompt")
    other = OPTIONS["seed"].check(seed)
    if kind == "seeds" and other is None:
        other = (request.seed + 1) % (MAX_SEED + 1)
    shares = tuple(number / (count - 1) for number in range(int(count)))
    return Between(replace(request, count=1), kind, text, int(other or 0), shares)


def labels(values: Sequence[object]) -> list[str]:
    """Values as texts: 7.5 and 3, not 3.0."""
    return [f"{value:g}" if isinstance(value, float) else str(value) for value in values]
