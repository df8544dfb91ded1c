"""Random states of a tab's form, each one that a visitor could have set, and cheap to run."""

from __future__ import annotations

import random
from typing import Any

from backend.errors import InputError
from demos.shared.permalinks import Form, Param

CHANGED = 0.3  # share of the choices and sliders that are not as the example has them
CHEAP: dict[str, tuple[Any, ...]] = {  # what a run costs is decided by these
    "max_new_tokens": (1, 2, 5),
    "draws": (2, 3),
    "steps": (1, 2, 3),
    "frames": (3,),
    "count": (1, 2),
    "rounds": (1,),
    "size": (64,),
    "candidates": (1, 2),
    "row_values": ("1, 2",),
    "column_values": ("0, 3",),
    "rows": ("seed",),
    "columns": ("guidance",),
}
# Signs that an address has to write in another way, and another script.
TAILS = ("", "", " & more = 100 % of it?", " “quoted” + plus", " 和中文", " #1; a/b\\c")
TAILED = ("prompt", "text", "asked", "first", "before", "after", "prefix", "own")


def random_state(form: Form, chance: random.Random) -> dict[str, Any]:
    """Values by name: those of an example, some of them changed. None is the form's default."""
    values = dict(chance.choice(form.examples).values)
    for param in form.params:
        if param.name in CHEAP and (param.name in values or param.name in _costs(form)):
            values[param.name] = chance.choice(CHEAP[param.name])
        elif param.name.endswith("seed"):
            values[param.name] = str(chance.randrange(2**32))
        elif param.name in TAILED and values.get(param.name):
            values[param.name] += chance.choice(TAILS)
        elif param.name not in ("view", "mode", "kind") and chance.random() < CHANGED:
            _change(param, values, chance)
    return _checked(form, values)


def _costs(form: Form) -> set[str]:
    """Of CHEAP those whose defaults this tab's runs would pay for."""
    return {param.name for param in form.params} & set(CHEAP)


def _change(param: Param, values: dict[str, Any], chance: random.Random) -> None:
    """Another choice of a menu, another place of a slider; texts stay."""
    part: Any = param.component
    if choices := getattr(part, "choices", None):
        values[param.name] = chance.choice(choices)[1]
    elif getattr(part, "minimum", None) is not None:
        count = round((part.maximum - part.minimum) / part.step)
        values[param.name] = round(part.minimum + part.step * chance.randint(0, count), 6)


def _checked(form: Form, values: dict[str, Any]) -> dict[str, Any]:
    """As the form holds them, less what it would refuse and what is its default."""
    kept = {}
    for param in form.params:
        if param.name not in values:
            continue
        try:
            checked = param.check(values[param.name])
        except InputError:  # such as a model that is not on this disk
            continue
        if checked not in (param.default, None, ""):
            kept[param.name] = checked
    return kept
