"""Choose a model, load it, wait for the device, fall back, say what ran."""

import threading
from dataclasses import replace

import pytest
import torch

from backend.errors import BusyError, Cancelled, InputError, ModelError
from backend.generation.request import check_request
from backend.generation.service import Generation
from backend.jobs import Job
from backend.models import gguf_cache, sources
from backend.models.hub.reach import PATIENT, QUICK, HubReach
from backend.models.pool import Pool
from backend.models.sources import Hub
from backend.run import Progress
from backend.schedule import Jobs
from tests.backend.fakes import (
    PATIENCE,
    ROWS,
    FakeSource,
    Loader,
    Memory,
    assert_nothing_is_left,
    begun,
    codes,
    device_without_gpu,
    hold,
    in_threads,
    make_backend,
    performed,
    results,
    slot_is_free,
    spec,
)

AWAY = FakeSource(here=False)


def name_it(model, run):
    """Work that tells which model it got, on which device, and why not another."""
    yield (model.id, run.device.kind, [str(fall) for fall in run.falls])


def run(backend, work=name_it, model="", visitor="ann"):
    """A run that has begun: its first update says so. Work that has its model to itself."""
    return begun(performed(backend, work, model, visitor, "exclusive"))


# --- Which model --------------------------------------------------------------------------------


def test_the_largest_model_that_the_machine_can_run_answers():
    assert results(run(make_backend())) == [("big", "cuda", [])]
    no_gpu = make_backend(has_gpu=lambda: False)
    assert results(run(no_gpu)) == [("middle", "cpu", [])]


@pytest.mark.parametrize("asked", ["small", "bundled"])
def test_a_model_can_be_asked_for_by_its_id_or_its_tier(asked):
    assert results(run(make_backend(), model=asked)) == [("small", "cpu", [])]


def test_the_apps_mode_holds_where_no_model_is_asked_for():
    backend = make_backend(mode="bundled")
    assert results(run(backend)) == [("small", "cpu", [])]
    assert results(run(backend, model="big")) == [("big", "cuda", [])]


@pytest.mark.parametrize("model", ["gpt-5", "../etc/passwd", "Small", 7, None, ["small"], True])
def test_an_unknown_model_is_refused_and_the_choices_are_listed(model):
    with pytest.raises(InputError, match=r"model must be one of auto, .* big, middle, small"):
        results(run(make_backend(), model=model))


def test_a_task_without_models_says_so():
    with pytest.raises(ModelError, match="There is no model for the task juggling"):
        next(begun(performed(make_backend(), name_it, task="juggling")))


def test_auto_never_downloads_a_row_for_the_cpu():
    loader = Loader()
    rows = (ROWS[0], spec("middle", "cpu", source=AWAY), ROWS[2])
    backend = make_backend(loader, rows, has_gpu=lambda: False, device_for=device_without_gpu)
    assert results(run(backend)) == [("small", "cpu", [])]
    loader.failing["small"] = RuntimeError("bad file")
    with pytest.raises(ModelError, match="No model could answer"):
        results(run(make_backend(loader, rows, has_gpu=lambda: False)))
    assert set(loader.asked) == {"small"}


def test_a_row_asked_for_by_name_is_downloaded():
    loader = Loader(gate=threading.Event())
    rows = (spec("middle", "cpu", source=AWAY), ROWS[2])
    updates = run(make_backend(loader, rows), model="middle")
    assert str(next(updates).message) == "Downloading Middle (1.5 GB), once"
    loader.gate.set()
    assert results(updates) == [("middle", "cpu", [])]


# --- Falling back -------------------------------------------------------------------------------


def test_a_failing_gpu_row_falls_to_cpu_then_bundled_and_the_result_says_why(tiny_lm):
    failing = {"big": RuntimeError("CUDA error: out of order"), "middle": OSError("bad file")}

    def load(row, device):
        if row.id in failing:
            raise failing[row.id]
        return tiny_lm

    request = check_request("Hello", max_new_tokens=3, seed=7)
    *_, last = Generation(make_backend(load)).generate(request, "ann")
    card = last.card.as_json()
    assert (card["model_id"], card["tier"], card["device"]) == ("small", "bundled", "CPU")
    assert card["fell_back"] == [
        "Big could not be loaded: RuntimeError: CUDA error: out of order",
        "Middle could not be loaded: OSError: bad file",
    ]


def test_a_machine_without_the_gpu_asked_for_falls_and_says_so():
    backend = make_backend(mode="gpu", device_for=device_without_gpu, has_gpu=lambda: False)
    why = ["Big could not be loaded: no GPU was found on this machine"]
    assert results(run(backend)) == [("middle", "cpu", why)]


def test_too_little_memory_passes_the_row_over():
    memory = Memory(1_000)
    rows = (spec("big", "gpu", memory_bytes=5_000), *ROWS[1:])
    backend = make_backend(rows=rows, pool=Pool(memory.load, memory.free))
    ((model, _, why),) = results(run(backend))
    assert model == "middle"
    assert why == ["Big could not be loaded: it needs about 5.0 kB of memory, and 1.0 kB are free"]


@pytest.mark.parametrize("when", ["at once", "in mid-answer"])
def test_a_gpu_that_runs_out_of_memory_during_a_run_falls_down_a_tier(when):
    def work(model, run):
        if run.device.kind == "cuda":
            if when == "in mid-answer":
                yield "half an"
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
        yield [str(fall) for fall in run.falls]

    backend = make_backend()
    assert results(run(backend, work))[-1] == ["Big ran out of memory"]
    assert slot_is_free(backend.jobs, "cuda")
    assert slot_is_free(backend.jobs, "cpu")


def test_a_failing_model_is_tried_again_on_the_next_click():
    loader = Loader({"big": RuntimeError("the disk hiccuped")})
    backend = make_backend(loader)
    assert results(run(backend))[0][0] == "middle"
    loader.failing.clear()
    assert results(run(backend)) == [("big", "cuda", [])]


def test_what_is_wrong_with_the_input_does_not_fall():
    def work(model, run):
        raise InputError("empty_prompt")
        yield

    loader = Loader()
    backend = make_backend(loader)
    with pytest.raises(InputError, match="The prompt is empty"):
        results(run(backend, work))
    assert loader.asked == ["big"]
    assert slot_is_free(backend.jobs, "cuda")


def test_when_nothing_works_all_reasons_are_given():
    failing = {name: RuntimeError(f"reason {name}") for name in ("big", "middle", "small")}
    with pytest.raises(ModelError) as caught:
        results(run(make_backend(Loader(failing))))
    for name in failing:
        assert f"reason {name}" in str(caught.value)


def test_a_failed_load_falls_at_once_though_the_device_is_busy():
    backend = make_backend(Loader({"big": RuntimeError("bad file")}))
    hold(backend.jobs, "cuda")  # and nobody gives it back
    assert results(run(backend))[0][:2] == ("middle", "cpu")


# --- The hub ------------------------------------------------------------------------------------

ON_HUB = Hub("Some/Model", revision="0" * 40, download_bytes=8_000_000_000)


@pytest.fixture
def hub_rows(monkeypatch, tmp_path):
    """A GPU row on the hub, loaded by the app's own loader, above a bundled fake."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    return (
        replace(spec("big", "gpu", source=ON_HUB), loader="backend.models.language_model:load"),
        spec("small"),
    )


def with_own_loaders(rows):
    return make_backend(rows=rows, pool=Pool(free=lambda _: 2**60))


def test_hf_hub_offline_passes_over_what_is_not_on_disk_and_says_so(hub_rows, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    ((model, _, why),) = results(run(with_own_loaders(hub_rows)))
    assert model == "small"
    assert "downloads are switched off (HF_HUB_OFFLINE)" in why[0]


def test_an_unreachable_hub_is_asked_once_not_on_every_click(hub_rows, monkeypatch):
    asked = []

    def probe():
        asked.append(1)
        raise OSError("no route to host")

    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    monkeypatch.setattr(sources, "HUB", HubReach(probe))
    backend = with_own_loaders(hub_rows)
    for _ in range(3):
        ((model, _, why),) = results(run(backend))
        assert model == "small"
        assert "the model hub could not be reached (no route to host)" in why[0]
    assert asked == [1]


@pytest.mark.parametrize(
    ("mode", "model", "patience"),
    [("auto", "", QUICK), ("auto", "big", PATIENT), ("gpu", "", PATIENT), ("auto", "gpu", PATIENT)],
)
def test_only_who_asks_for_a_model_waits_long_for_the_hub(
    hub_rows, monkeypatch, mode, model, patience
):
    waits = []

    class Reach:
        def require(self, patience):
            waits.append(patience)
            raise ModelError("hub_unreachable", cause="no route to host")

    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    monkeypatch.setattr(sources, "HUB", Reach())
    backend = make_backend(rows=hub_rows, pool=Pool(free=lambda _: 2**60), mode=mode)
    assert results(run(backend, model=model))[0][0] == "small"
    assert waits == [patience]


def test_a_hub_that_is_silent_costs_less_than_a_second():
    assert QUICK < 1


# --- One load, one slot -------------------------------------------------------------------------


def test_nothing_is_loaded_before_the_first_use():
    loader = Loader()
    make_backend(loader)
    assert loader.asked == []


def test_twenty_visitors_at_once_share_one_load_and_take_turns():
    loader, inside, most = Loader(), [], []

    def work(model, run):
        inside.append(1)
        most.append(len(inside))
        yield model.id
        inside.pop()

    backend = make_backend(loader)
    answers = in_threads(20, lambda i: results(run(backend, work, visitor=f"visitor {i}")))
    assert answers == [["big"]] * 20
    assert loader.asked == ["big"]
    assert most == [1] * 20


def endless(model, run):
    """An answer that goes on until somebody stops it."""
    while True:
        run.job.check()
        yield model.id


def test_the_second_visitor_is_told_of_the_wait_and_then_served():
    backend = make_backend()
    first = run(backend, endless, visitor="ann")
    assert results([next(u for u in first if not isinstance(u, Progress))]) == ["big"]
    second = run(backend, visitor="bob")
    waiting = [next(second), next(second)]
    assert codes(waiting) == ["waiting", "waiting"]
    assert 0 < waiting[0].seconds < waiting[1].seconds
    first.close()
    assert results(second) == [("big", "cuda", [])]


def test_visitors_on_different_devices_do_not_wait_for_each_other():
    backend = make_backend()
    first = run(backend, endless, model="big")
    assert "big" in first  # consumed up to its first answer
    assert codes(run(backend, model="small", visitor="bob")).count("waiting") == 0
    first.close()


def test_patience_used_up_is_an_error_that_leaves_the_first_visitor_alone():
    backend = make_backend(jobs=Jobs(patience=0.1))
    first = run(backend, endless)
    assert "big" in first
    with pytest.raises(BusyError, match="busy with other visitors"):
        results(run(backend, visitor="bob"))
    assert next(first) == "big"
    first.close()
    assert slot_is_free(backend.jobs, "cuda")


# --- Stop ---------------------------------------------------------------------------------------


def test_stop_while_loading_ends_the_run_and_the_load_serves_the_next_visitor():
    loader = Loader(gate=threading.Event())
    backend = make_backend(loader)
    updates = run(backend)
    assert codes([next(updates)]) == ["loading"]
    assert backend.cancel("ann") == 1
    with pytest.raises(Cancelled):
        next(updates)
    assert_nothing_is_left(backend)
    loader.gate.set()
    assert results(run(backend, visitor="bob")) == [("big", "cuda", [])]
    assert loader.asked == ["big"]


def test_stop_while_waiting_ends_the_wait_alone():
    backend = make_backend()
    first = run(backend, endless, visitor="ann")
    assert "big" in first
    second = run(backend, visitor="bob")
    assert codes([next(second)]) == ["waiting"]
    assert backend.cancel("bob") == 1
    with pytest.raises(Cancelled):
        next(second)
    assert next(first) == "big"
    first.close()
    assert_nothing_is_left(backend)


def test_stop_in_mid_answer_frees_the_slot_for_whoever_waits():
    backend = make_backend()
    first = run(backend, endless, visitor="ann")
    assert "big" in first
    second = run(backend, visitor="bob")
    assert codes([next(second)]) == ["waiting"]
    backend.cancel("ann")
    with pytest.raises(Cancelled):
        next(first)
    assert results(second) == [("big", "cuda", [])]
    assert_nothing_is_left(backend)


@pytest.mark.parametrize("state", ["loading", "waiting", "answering"])
def test_closing_the_iterator_frees_everything(state):
    """What gradio does when the page is closed."""
    gate = threading.Event()
    backend = make_backend(Loader(gate=gate))
    if state != "loading":
        gate.set()
    other = run(backend, endless, visitor="bob")
    if state == "waiting":
        assert "big" in other
    mine = run(backend, endless)
    if state == "answering":
        assert "big" in mine
    else:
        assert codes([next(mine)]) == [state]
    mine.close()
    other.close()
    gate.set()
    assert_nothing_is_left(backend)


def test_stop_before_anything_is_chosen_loads_nothing():
    loader = Loader()
    backend = make_backend(loader)
    updates = run(backend)
    backend.cancel("ann")
    with pytest.raises(Cancelled):
        next(updates)
    assert loader.asked == []
    assert_nothing_is_left(backend)


def test_a_run_that_is_never_started_holds_nothing():
    backend = make_backend()
    run(backend, endless).close()
    run(backend, endless)
    assert_nothing_is_left(backend)


def test_an_error_in_the_work_frees_everything():
    def work(model, run):
        yield "half"
        raise ZeroDivisionError("a bug")

    backend = make_backend()
    with pytest.raises(ZeroDivisionError):
        results(run(backend, work))
    assert_nothing_is_left(backend)


def test_a_model_in_use_stays_and_an_idle_one_makes_room():
    memory = Memory(100)
    rows = (spec("a", "cpu"), spec("b", "cpu"))
    backend = make_backend(rows=rows, pool=Pool(memory.load, memory.free))
    using_a = run(backend, endless, model="a")
    assert "a" in using_a
    with pytest.raises(ModelError, match="it needs about 100 B of memory, and 0 B are free"):
        results(run(backend, model="b", visitor="bob"))
    using_a.close()
    list(
        backend.jobs.on_device("cpu", (nothing for nothing in ()), Job(PATIENCE))
    )  # its end has been seen to
    assert results(run(backend, model="b", visitor="bob")) == [("b", "cpu", [])]
    assert memory.ids() == {"b"}


# --- What it says while it loads ----------------------------------------------------------------


def first_message(source, **changed):
    """The first Progress of a run whose load does not end."""
    loader = Loader(gate=threading.Event())
    updates = run(make_backend(loader, (spec("small", source=source),), **changed))
    said = str(next(updates).message)
    updates.close()
    loader.gate.set()
    return said


def test_a_model_on_disk_is_loaded():
    assert first_message(FakeSource()) == "Loading Small"


def test_a_model_packed_in_a_wheel_is_unpacked_once(tmp_path, monkeypatch):
    monkeypatch.setenv("SHOW_AND_TELL_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "Small.gguf"
    path.write_bytes(b"packed")
    assert first_message(FakeSource(path=path)).startswith("Unpacking Small, once")
    gguf_cache.folder_for(path, gguf_cache.PLAIN).mkdir(parents=True)
    assert first_message(FakeSource(path=path)) == "Loading Small"


def test_what_cannot_be_downloaded_is_not_said_to_be_downloading():
    """A missing wheel has no download of the app's own: "Downloading (0 B)" would mislead."""
    assert first_message(FakeSource(here=False, download_bytes=0)) == "Loading Small"


# --- Preloading ---------------------------------------------------------------------------------


def test_preload_loads_the_model_that_each_task_would_use():
    loader = Loader()
    rows = (*ROWS, spec("eyes", task="captioning"))
    backend = make_backend(loader, rows)
    backend.preload()
    assert loader.asked == ["big", "eyes"]
    assert results(run(backend)) == [("big", "cuda", [])]
    assert loader.asked == ["big", "eyes"]


def test_preload_never_fails():
    broken = {name: RuntimeError("bad file") for name in ("big", "middle", "small")}
    loader = Loader(broken)
    make_backend(loader, (*ROWS, spec("eyes", task="captioning"))).preload()
    assert loader.asked[-1] == "eyes"


def test_preload_goes_down_the_tiers_as_a_visitor_would():
    loader = Loader({"middle": RuntimeError("bad file")})
    rows = (*ROWS, spec("eyes", task="captioning"))
    backend = make_backend(loader, rows, mode="gpu", device_for=device_without_gpu)
    backend.preload()
    assert loader.asked == ["middle", "small", "eyes"]


# --- Loading ahead ------------------------------------------------------------------------------


def ahead(backend, *first):
    """Load ahead, until all of these loads have begun or will not."""
    backend.load_ahead(*first)
    backend._ahead.submit(int).result(PATIENCE)


def test_what_a_run_would_ask_for_first_is_loaded_before_it_asks():
    loader = Loader()
    backend = make_backend(loader)
    ahead(backend, ("generation", ""))
    assert results(run(backend)) == [("big", "cuda", [])]
    assert loader.asked == ["big"]


def test_a_visitor_who_asks_meanwhile_joins_the_load():
    gate = threading.Event()
    loader = Loader(gate=gate)
    backend = make_backend(loader)
    ahead(backend, ("generation", "small"))
    stream = run(backend, model="small")
    gate.set()
    assert results(stream) == [("small", "cpu", [])] and loader.asked == ["small"]


def test_nothing_is_downloaded_ahead_nor_another_row_loaded_in_its_place():
    loader = Loader()
    backend = make_backend(loader, (spec("big", "gpu", source=AWAY), spec("small")))
    ahead(backend, ("generation", ""))
    assert backend.pool._entries == {} and loader.asked == []


def test_a_load_that_fails_ahead_is_left_to_the_run_to_say(caplog):
    backend = make_backend(Loader())
    ahead(backend, ("no such task", ""), ("generation", "small"))
    assert "nothing loaded ahead for no such task" in caplog.text
    assert results(run(backend, model="small")) == [("small", "cpu", [])]
