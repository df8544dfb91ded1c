"""What if: the same noise under other settings, with another word, or between two prompts or
seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from backend.errors import InputError
from backend.messages import message
from backend.options import MAX_SEED, ChoiceOption, NumberOption
from backend.text import clean_text, shown, split_list
from backend.text_to_image.request import OPTIONS, DrawRequest
from backend.words import occurrences

PLACEHOLDER = "{}"  # where a word of a grid goes in the prompt
AXES = ("seed", "guidance", "steps", "style", "word")
MAX_AXIS_VALUES = 6
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
    """One picture of a grid, and its place."""

    row: int
    column: int
    request: DrawRequest


@dataclass(frozen=True)
class Grid:
    """A grid of pictures: its two axes, and its cells row by row."""

    rows: Axis
    columns: Axis
    cells: tuple[Cell, ...]

    @property
    def is_seeded(self) -> bool:
        """Whether the visitor chose the seed of each picture."""
        return all(cell.request.is_seeded for cell in self.cells)


@dataclass(frozen=True)
class Interpolation:
    """From a request's prompt to another prompt, or from its seed to another seed."""

    request: DrawRequest
    kind: str  # "prompts" or "seeds"
    prompt: str  # the other one
    seed: int  # the other one
    weights: tuple[float, ...]  # of the other end, from 0 to 1: one for each frame


def check_axis(name: object, values: object, option: ChoiceOption) -> Axis:
    """An axis from outside values: its name, and a list, or a text that `split_list` splits."""
    name = option.check(name)
    if isinstance(values, str):
        values = split_list(values, name)
    if not isinstance(values, list) or not values:
        raise InputError("no_axis_values", name=name)
    if len(values) > MAX_AXIS_VALUES:
        raise InputError(
            "too_many_axis_values", name=name, count=len(values), limit=MAX_AXIS_VALUES
        )
    return Axis(name, tuple(_checked(name, value) for value in values))


def _checked(name: str, value: object) -> object:
    if name == "word":
        return clean_text(value, "word")[0].strip()
    checked = OPTIONS[name].check(value)
    if checked in (None, ""):
        raise InputError("no_axis_values", name=name)
    return checked


def grid(request: DrawRequest, rows: Axis, columns: Axis) -> Grid:
    """Every row's value with every column's. All cells start from the same noise, unless an axis is
    the seed. InputError says why the axes do not fit."""
    if rows.name == columns.name:
        raise InputError("same_axes", name=rows.name)
    if "word" in (rows.name, columns.name) and request.prompt.count(PLACEHOLDER) != 1:
        raise InputError("no_word_hole", hole=PLACEHOLDER, value=shown(request.prompt))
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
        return replace(request, prompt=request.prompt.replace(PLACEHOLDER, str(value)))
    is_seeded = request.is_seeded or axis.name == "seed"
    return replace(request, is_seeded=is_seeded, **{axis.name: value})  # type: ignore[arg-type]


def swap(request: DrawRequest, word: object, other: object) -> Grid:
    """A grid of one row: the prompt, and the prompt with a word, or several in a row, replaced
    wherever they occur, regardless of case."""
    old, new = (
        clean_text(text, name)[0].strip() for text, name in ((word, "word"), (other, "other"))
    )
    places = occurrences(request.prompt, old)
    if not places:
        raise InputError("word_not_there", word=shown(old), prompt=shown(request.prompt))
    if not new:
        raise InputError("empty_text", name=message("the_new_word"))
    changed = request.prompt
    for place in reversed(places):
        changed = changed[: place.start] + new + changed[place.end :]
    one = replace(request, count=1)
    cells = (Cell(0, 0, one), Cell(0, 1, replace(one, prompt=changed)))
    return Grid(Axis("prompt", ("",)), Axis("word", (old, new)), cells)


def check_interpolation(
    request: DrawRequest, kind: object, prompt: object, seed: object, frames: object
) -> Interpolation:
    """An Interpolation from outside values; InputError names what is missing."""
    kind = KIND.check(kind)
    count = FRAMES.check(frames)
    assert count is not None
    text = " ".join(clean_text(prompt or "", "prompt")[0].split())
    if kind == "prompts" and not text:
        raise InputError("empty_text", name=message("the_other_prompt"))
    other = OPTIONS["seed"].check(seed)
    if kind == "seeds" and other is None:
        other = (request.seed + 1) % (MAX_SEED + 1)
    weights = tuple(number / (count - 1) for number in range(int(count)))
    return Interpolation(replace(request, count=1), kind, text, int(other or 0), weights)


def labels(values: Sequence[object]) -> list[str]:
    """Values as texts: 7.5 and 3, not 3.0."""
    return [f"{value:g}" if isinstance(value, float) else str(value) for value in values]
