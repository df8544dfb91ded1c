"""One tab switches its model while another answers: neither breaks."""

import pytest

from backend.models.pool import Pool
from tests.backend.failing_world import MODEL, SMALL, SOURCE
from tests.backend.fakes import (
    Memory,
    assert_nothing_is_left,
    make_backend,
    performed,
    results,
    spec,
)
from tests.hub import Trouble


def steps(model, run):
    for number in range(3):
        run.job.check()
        yield f"{model.id} {number}"


def test_switching_model_in_one_tab_while_another_answers_breaks_neither():
    memory = Memory(200)
    rows = (spec("one", "gpu", memory_bytes=90), spec("two", "gpu", memory_bytes=90), SMALL)
    backend = make_backend(rows=rows, pool=Pool(load=memory.load, free=memory.free))
    ann = performed(backend, steps, "one", "ann")
    said = [next(update for update in ann if isinstance(update, str))]
    assert results(performed(backend, steps, "two", "bob")) == ["two 0", "two 1", "two 2"]
    assert said + results(ann) == ["one 0", "one 1", "one 2"]
    assert sorted(backend.pool.loaded()) == ["one", "two"]
    assert_nothing_is_left(backend)


def test_where_only_one_fits_the_answer_goes_on_and_the_other_tab_falls_with_a_reason():
    memory = Memory(100)
    rows = (spec("one", "gpu", memory_bytes=90), spec("two", "gpu", memory_bytes=90), SMALL)
    backend = make_backend(rows=rows, pool=Pool(load=memory.load, free=memory.free))
    ann = performed(backend, steps, "one", "ann")
    said = [next(update for update in ann if isinstance(update, str))]
    why = []

    def noted(model, run):
        why.extend(map(str, run.falls))
        yield from steps(model, run)

    assert results(performed(backend, noted, "two", "bob"))[-1] == "small 2"
    assert "it needs about 90 B of memory, and 10 B are free" in why[0]
    assert said + results(ann) == ["one 0", "one 1", "one 2"]
    assert results(performed(backend, steps, "two", "bob"))[-1] == "two 2"  # now there is room
    assert_nothing_is_left(backend)


def test_a_download_in_one_tab_holds_up_no_other(world):
    world.hub.troubles[MODEL] = Trouble(after=100, stalls=True, times=1)
    bob = performed(world.backend, steps, "large", "bob")
    while not world.hub.stalled.wait(0):
        next(bob)
    assert results(performed(world.backend, steps, "small", "ann"))[-1] == "small 2"
    world.hub.go_on.set()
    assert results(bob)[-1] == "large 2"


def test_stop_while_it_downloads_ends_the_run_and_the_download(world):
    from backend.errors import Cancelled

    world.hub.troubles[MODEL] = Trouble(after=100, stalls=True, times=1)
    bob = performed(world.backend, steps, "large", "bob")
    while not world.hub.stalled.wait(0):
        next(bob)
    assert world.backend.cancel("bob") == 1
    with pytest.raises(Cancelled):
        results(bob)
    while SOURCE.fetched() is not None:
        pass
    assert not SOURCE.on_disk()
    assert results(performed(world.backend, steps, "large", "bob"))[-1] == "large 2"
    assert world.hub.asked_for(MODEL)[-1] == "bytes=100-"
