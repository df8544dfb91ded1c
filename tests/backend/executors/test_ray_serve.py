"""What this process does of a run on a cluster; the cluster is a fake in the same process."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backend import Backend
from backend.errors import Cancelled, ModelError
from backend.executors import parcel, ticket
from backend.executors.here import Here
from backend.executors.ray_replica import Replica
from backend.executors.ray_serve import RayServe
from backend.generation.request import check_request
from backend.generation.service import Generation
from backend.models.pool import Pool
from backend.operation import Operation
from backend.run import Progress
from tests.backend.executors.cluster import FakeCluster
from tests.backend.executors.works import ENDED, GATE, WORKS, Counted, Uploaded
from tests.backend.fakes import (
    CPU,
    PATIENCE,
    FakeSource,
    Loader,
    codes,
    device_for,
    device_without_gpu,
    load_fake,
    results,
    spec,
)

ROWS = (spec("big", "cpu"), spec("small"))
COUNT = Operation("generation", "test.count", 4)


def replica() -> Replica:
    made = Replica(None, ROWS, device_without_gpu, WORKS)
    made._pool._load = load_fake  # the app's own loads transformers first
    return made


class World:
    """A backend whose work is done on a cluster, and what there is here."""

    def __init__(self, **given: Any) -> None:
        self.cluster = FakeCluster(replica)
        self.loader = Loader()
        pool = Pool(load=self.loader, free=lambda _: 2**60)
        self.backend = Backend(models=ROWS, pool=pool, device_for=device_for, **given)
        here = Here(self.backend.pool, self.backend.jobs, device_for, WORKS)
        self.far = RayServe(self.cluster, here)  # type: ignore[arg-type]
        self.backend.executor = here
        self.backend.work_at(self.far, self.far.has_gpu)

    def ask(self, asked: Operation = COUNT, model: str = "small") -> Iterator[Any]:
        return self.backend.perform(asked, model, "ann")


@pytest.fixture
def world() -> Iterator[World]:
    GATE.clear()
    ENDED.clear()
    yield World()
    GATE.set()


@pytest.fixture
def upload(tmp_path: Path) -> Path:
    file = tmp_path / "film.mp4"
    file.write_bytes(b"a film")
    return file


def until(updates: Iterator[Any], number: int) -> None:
    next(u for u in updates if isinstance(u, Counted) and len(u.numbers) == number)


def eventually(holds: Any) -> bool:
    """Whether it comes to hold; what ends a run elsewhere is not waited for."""
    until_when = time.monotonic() + PATIENCE
    while not holds() and time.monotonic() < until_when:
        time.sleep(0.01)
    return bool(holds())


def test_a_run_gives_what_it_would_give_here_and_loads_nothing_here(world: World) -> None:
    GATE.set()
    updates = list(world.ask())
    assert [len(u.numbers) for u in results(updates)] == [1, 2, 3, 4, 4]
    assert results(updates)[-1].card.spec == ROWS[1]
    assert codes(updates)[0] == "starting"
    assert not world.loader.asked and eventually(lambda: not world.cluster.running)


def test_stop_keeps_what_there_is(world: World) -> None:
    updates = world.ask()
    until(updates, 1)
    assert world.backend.cancel("ann") == 1
    (last,) = results(updates)
    assert last.numbers == (1,) and last.card.figures["finished"] == "stopped"
    assert eventually(lambda: not world.cluster.running)


def test_stop_before_a_replica_has_it_ends_it(world: World) -> None:
    world.cluster.is_full = True
    updates = world.ask()
    assert codes([next(updates), next(updates)]) == ["starting", "waiting"]
    world.backend.cancel("ann")
    with pytest.raises(Cancelled):
        list(updates)


def test_a_closed_page_frees_the_replica(world: World) -> None:
    updates = world.ask()
    until(updates, 1)
    assert world.cluster.running == 1 and not ENDED
    updates.close()  # type: ignore[attr-defined]
    assert eventually(lambda: not world.cluster.running and ENDED)
    assert world.backend.jobs.running() == 0


def test_a_killed_replica_s_run_is_told_and_goes_on_where_it_was(world: World) -> None:
    updates = world.ask()
    until(updates, 1)
    world.cluster.kill()
    rest = [next(updates)]
    GATE.set()
    rest += list(updates)
    assert codes(rest)[0] == "far_again"
    assert results(rest)[0].numbers == (1, 2)
    assert results(rest)[-1].numbers == (1, 2, 3, 4)
    assert not results(rest)[-1].card.falls


def test_when_replicas_die_one_after_another_a_bundled_model_answers_here(world: World) -> None:
    updates = world.ask(replace(COUNT, name="test.count"))
    for _ in range(3):
        next(u for u in updates if isinstance(u, Counted))
        world.cluster.kill()
    GATE.set()
    (*_, last) = results(updates)
    assert world.loader.asked == ["small"]
    assert [str(fall) for fall in last.card.falls] == [
        "Small could not be loaded: the replicas that worked on it ended one after another"
    ]


NAME = Operation("generation", "test.name", ("x",), hint="a cache")


def test_a_cluster_that_is_gone_is_told_and_a_bundled_model_answers_here(world: World) -> None:
    world.far.has_gpu()
    world.cluster.is_gone = True
    ((row, device, falls, hint),) = results(world.ask(NAME))
    assert (row, device, hint) == ("small", CPU.name, "a cache")
    assert falls == ["Small could not be loaded: the cluster does not answer any more (refused)"]


def test_a_cluster_that_goes_away_in_mid_answer_is_told(world: World) -> None:
    updates = world.ask()
    until(updates, 1)
    world.cluster.is_gone = True
    GATE.set()
    world.cluster.streams[-1].break_off(ModelError("far_cluster_gone", cause="reset"))
    (*_, last) = results(updates)
    assert last.numbers == (1, 2, 3, 4) and [f.code for f in last.card.falls] == ["fell_load"]


def test_a_cluster_that_goes_silent_in_mid_answer_is_looked_for(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing breaks off: the machine is unreachable, say."""
    monkeypatch.setattr("backend.executors.ray_serve.LOOK", 0.01)
    updates = world.ask()
    until(updates, 1)
    world.cluster.is_gone = True
    until(updates, 1)  # again, here
    GATE.set()
    (*_, last) = results(updates)
    assert last.numbers == (1, 2, 3, 4)
    assert "does not answer any more" in str(last.card.falls[0])


def test_without_room_for_a_replica_a_bundled_model_answers_here(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.executors.ray_serve.LOOK", 0.0)
    world.cluster.is_full = True
    ((row, _, falls, _),) = results(world.ask(NAME))
    assert row == "small" and "no room for a replica" in falls[0]


def test_too_large_a_request_is_answered_here_and_says_why(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parcel, "MAX_BYTES", 2_000_000)
    asked = replace(NAME, request=("x" * 3_000_000,))
    ((row, _, falls, _),) = results(world.ask(asked))
    assert row == "small" and "4 MB are more than the 2 MB" in falls[0]


def test_other_weights_and_other_code_are_not_asked(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.cluster.replicas[-1]._models = (replace(ROWS[1], source=FakeSource(origin="older")),)
    ((_, _, falls, _),) = results(world.ask(NAME))
    assert falls == ["Small could not be loaded: the replica has other weights of small than this "
                     "process asks for"]  # fmt: skip
    world = World()
    monkeypatch.setattr(ticket, "code_version", lambda: "another")
    ((_, _, falls, _),) = results(world.ask(NAME))
    assert "another version of the app" in falls[0]


def test_a_replica_out_of_memory_falls_to_the_next_row(world: World) -> None:
    asked = Operation("generation", "test.fail", "memory")
    assert results(world.ask(asked, "big")) == ["small"]
    assert not world.loader.asked


def test_a_bug_on_a_replica_is_one_here_and_no_reason_to_fall(world: World) -> None:
    with pytest.raises(RuntimeError, match="ZeroDivisionError: a bug"):
        list(world.ask(Operation("generation", "test.fail", "bug")))


def test_what_needs_this_machine_s_files_is_done_here(world: World) -> None:
    ((_, _, _, hint),) = results(world.ask(replace(NAME, is_local=True)))
    assert hint == "a cache" and world.loader.asked == ["small"]
    ((_, _, _, hint),) = results(world.ask(NAME))
    assert hint is None


def test_uploads_reach_a_replica_as_bytes_and_stay_there_for_the_run(
    world: World, upload: Path
) -> None:
    updates = world.ask(Operation("generation", "test.read", ([upload],)))
    read = next(u for u in updates if isinstance(u, Uploaded))
    assert read.contents == (b"a film",)
    assert read.paths != (upload,) and read.paths[0].exists() and read.paths[0].suffix == ".mp4"
    updates.close()  # type: ignore[attr-defined]
    assert eventually(lambda: not read.paths[0].exists()) and upload.exists()


def test_uploads_are_sent_again_where_a_replica_has_died(world: World, upload: Path) -> None:
    updates = world.ask(Operation("generation", "test.read", ([upload],)))
    next(u for u in updates if isinstance(u, Uploaded))
    world.cluster.kill()
    GATE.set()
    (again,) = results(updates)
    assert again.contents == (b"a film",)


def test_here_a_path_stays_a_path(world: World, upload: Path) -> None:
    GATE.set()
    asked = Operation("generation", "test.read", ([upload],), is_local=True)
    (read,) = results(world.ask(asked))
    assert read.paths == (upload,)


def test_an_open_tab_s_model_is_loaded_ahead_by_all_replicas_and_not_here(world: World) -> None:
    loader = Loader()
    world.cluster.replicas.append(replica())
    for one in world.cluster.replicas:
        one._pool._load = loader
    for _ in range(2):
        world.far.load_ahead(ROWS[1])
    assert eventually(lambda: loader.asked == ["small", "small"])  # once each
    assert world.cluster.told == ["small"] and not world.loader.asked


def test_progress_says_how_long_this_visitor_has_waited(world: World) -> None:
    world.cluster.is_full = True
    updates = world.ask()
    seconds = [u.seconds for _, u in zip(range(4), updates, strict=False)]
    assert isinstance(next(updates), Progress) and seconds == sorted(seconds)
    updates.close()  # type: ignore[attr-defined]


def test_a_broken_off_answer_goes_on_to_be_the_same(tiny_generation: Generation) -> None:
    request = check_request("The fox", seed=3, max_new_tokens=12, temperature=1.5)
    *_, whole = results(tiny_generation.generate(request, "ann"))
    asked = Operation("generation", "generation.generate", (request, None, True))
    updates = tiny_generation.backend.perform(asked, "", "ann")
    half = next(u for u in updates if len(getattr(u, "tokens", ())) == 6)
    asked = half.go_on(asked)
    *_, rest = results(tiny_generation.backend.perform(asked, "", "bob"))
    assert (rest.text, rest.finished) == (whole.text, whole.finished)
    assert [one.choice.id for one in rest.tokens] == [one.choice.id for one in whole.tokens]
    assert rest.kept.request == request
