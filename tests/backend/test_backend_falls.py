"""A model that fails passes the question on, and the result says why."""

import pytest
import torch

from backend.errors import InputError, ModelError
from backend.generation.request import check_request
from backend.generation.service import Generation
from backend.models.pool import Pool
from tests.backend.fakes import (
    ROWS,
    Loader,
    Memory,
    device_without_gpu,
    hold,
    make_backend,
    results,
    slot_is_free,
    spec,
)
from tests.backend.runs import run


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
