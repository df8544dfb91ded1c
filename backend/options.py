"""Options of a task, described once: the form, the API, permalinks and checks all read the row."""

from __future__ import annotations

import math
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from backend.errors import InputError
from backend.text import narrow, shown


@dataclass(frozen=True)
class NumberOption:
    """A number from `low` to `high`. `empty` says that None is a value too (a seed not chosen)."""

    name: str
    default: float | None
    low: float
    high: float
    step: float
    whole: bool = False
    empty: bool = False

    def check(self, value: object) -> float | int | None:
        """The value as a number, or an InputError that names it and the range."""
        if self.empty and (value is None or value == ""):
            return None
        number = self._number(value)
        if not self.low <= number <= self.high:
            raise self._error("out_of_range", value)
        if not self.whole:
            return number
        if number != int(number):
            raise self._error("not_whole", value)
        return int(number)

    def _number(self, value: object) -> float:
        """Numbers, and texts of digits (links carry texts), full-width ones too; no booleans,
        NaN or infinity."""
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise self._error("not_a_number", value)
        try:
            number = float(narrow(value) if isinstance(value, str) else value)
        except (ValueError, OverflowError):
            raise self._error("not_a_number", value) from None
        if not math.isfinite(number):
            raise self._error("not_a_number", value)
        return number

    def _error(self, code: str, value: object) -> InputError:
        low, high = f"{self.low:g}", f"{self.high:.10g}"
        return InputError(code, name=self.name, low=low, high=high, value=shown(value))


@dataclass(frozen=True)
class ChoiceOption:
    """One of a few words."""

    name: str
    default: str
    choices: tuple[str, ...]

    def check(self, value: object) -> str:
        """The value, or an InputError that lists the choices."""
        if value not in self.choices:
            choices = ", ".join(self.choices)
            raise InputError("not_a_choice", name=self.name, choices=choices, value=shown(value))
        return str(value)


Option = NumberOption | ChoiceOption

MAX_SEED = 2**32 - 1
SEED = NumberOption("seed", None, 0, MAX_SEED, 1, whole=True, empty=True)


def check_options(options: Mapping[str, Option], given: Mapping[str, Any]) -> dict[str, Any]:
    """The value of every option; one that is not given has its default. InputError names the first
    bad value, TypeError what is no option."""
    values = {name: row.check(given.get(name, row.default)) for name, row in options.items()}
    if unknown := given.keys() - options.keys():
        raise TypeError(f"unknown options: {', '.join(sorted(unknown))}")
    return values


def with_seed(values: dict[str, Any]) -> dict[str, Any]:
    """The values with a seed, drawn where none was given, and `is_seeded`: whether one was."""
    is_seeded = values["seed"] is not None
    seed = values["seed"] if is_seeded else secrets.randbelow(MAX_SEED + 1)
    return {**values, "seed": seed, "is_seeded": is_seeded}
