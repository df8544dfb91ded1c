"""Injected faults: each ends in a right answer or in a clear sentence, and harms nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from backend.errors import ShowTellError
from tests.backend.image_search.test_kills import FAIL_POINTS
from tests.fuzz.faults import COLLECTIONS, TABLE, Fault
from tests.fuzz.findings import problems_of
from tests.fuzz.world import World

# Tried in tests/backend/image_search/test_kills.py, where the processes are that can be killed.
KILLS = (
    "before the first picture",
    "between pictures and their vectors",
    "after one batch, in the second",
    "among the members",
    "before the last commit",
)
UNHARMED = [one for one in COLLECTIONS if "full" in one.name or "locked" in one.name]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("SHOW_AND_TELL_CACHE", str(tmp_path / "cache"))
    made = World(tmp_path)
    assert made.index()
    return made


@pytest.mark.parametrize("fault", TABLE, ids=lambda fault: fault.name)
def test_a_fault_ends_in_a_right_answer_or_a_clear_sentence(fault: Fault, world: World) -> None:
    with pytest.MonkeyPatch.context() as patch:
        fault.inject(patch, world)
        try:
            assert fault.act(world), "a wrong answer"
        except ShowTellError as error:
            said = str(error)
            assert fault.says and re.search(fault.says, said), said
            assert not problems_of(said)


@pytest.mark.parametrize("fault", UNHARMED, ids=lambda fault: fault.name)
def test_after_a_refused_write_the_collection_is_as_before(fault: Fault, world: World) -> None:
    with pytest.MonkeyPatch.context() as patch:
        fault.inject(patch, world)
        with pytest.raises(ShowTellError):
            fault.act(world)
    assert world.is_as_before()


def test_thirty_faults_are_tried_and_five_kills() -> None:
    assert len({fault.name for fault in TABLE}) >= 30
    assert set(KILLS) <= set(FAIL_POINTS)
