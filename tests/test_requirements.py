"""What is asked for, what is installed, what is locked: all at or above the last known fixes.

`advisories.json` names the fixes that matter to what the app reads from strangers; a new advisory
is a new line there.
"""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from tests.lock import LOCK, ROOT, asked_for

ADVISORIES = json.loads((Path(__file__).parent / "advisories.json").read_text(encoding="utf-8"))
ASKED = {one.name.lower(): one for one in asked_for(ROOT / "requirements.txt")}
LOCKED = {one.name: _version for one in asked_for(LOCK) for _version in [str(one.specifier)[2:]]}


def floor(requirement: Requirement) -> Version:
    return max(
        Version(one.version) for one in requirement.specifier if one.operator in (">=", "==")
    )


@pytest.mark.parametrize("advisory", ADVISORIES, ids=lambda one: f"{one['package']} {one['id']}")
def test_floor_lock_and_what_runs_have_the_fix(advisory: dict[str, str]) -> None:
    name, fixed = advisory["package"], Version(advisory["fixed"])
    assert floor(ASKED[name]) >= fixed
    assert Version(LOCKED[name]) >= fixed
    assert Version(version(name)) >= fixed


def test_every_floor_is_stated_with_its_reason() -> None:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()[1:]
    for line in lines:
        assert ">=" in line and "# " in line, line


def test_the_lock_holds_all_that_is_asked_for_and_fits_it() -> None:
    for name, requirement in ASKED.items():
        locked = LOCKED.get(name.replace("_", "-"))
        assert locked and requirement.specifier.contains(locked), name
