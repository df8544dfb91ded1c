"""The numbers by hand as a text for links: a preset's name, or with what was changed in it
{"preset": "heads", "w_q": [[1, 0], [0, 1]]}."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from backend.attention import toy_presets
from backend.attention.toy_numbers import NAMES, ToyNumbers, check_numbers
from backend.errors import InputError
from backend.text import shown

FIRST = toy_presets.NAMES[0]


def read(text: object) -> tuple[str, ToyNumbers]:
    """(preset, numbers). InputError for a text that no link of ours has."""
    given = _parts(str(text or FIRST))
    return changed(given.pop("preset", FIRST), given)


def changed(preset: object, given: object) -> tuple[str, ToyNumbers]:
    """(preset, its numbers with those given in their place). InputError names the first bad one."""
    if preset not in toy_presets.NAMES:
        raise _unknown(preset)
    if not isinstance(given, Mapping):
        raise InputError("no_numbers", names=", ".join(NAMES), value=shown(given))
    name = str(preset)
    if not given:
        return name, toy_presets.preset(name)
    return name, check_numbers({**toy_presets.preset(name).as_json(), **given})


def write(preset: str, numbers: ToyNumbers) -> str:
    """The shortest text that `read` makes the same of; "" for what opens first."""
    now, before = numbers.as_json(), toy_presets.preset(preset).as_json()
    changed = {name: now[name] for name in NAMES if now[name] != before[name]}
    if not changed:
        return "" if preset == FIRST else preset
    return json.dumps({"preset": preset, **changed}, ensure_ascii=False, separators=(",", ":"))


def check(text: object) -> str:
    """The text of a link as `write` would write it."""
    return write(*read(text))


def _parts(text: str) -> dict[str, Any]:
    if not text.startswith("{"):
        return {"preset": text}
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        raise _unknown(text) from None
    return dict(given)


def _unknown(value: object) -> InputError:
    choices = ", ".join(toy_presets.NAMES)
    return InputError("not_a_choice", name="preset", choices=choices, value=shown(value))
