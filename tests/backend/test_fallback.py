"""Which models are tried, in which order, and what counts as a reason."""

from dataclasses import replace

import pytest
import torch

from backend.errors import (
    BusyError,
    Cancelled,
    DeadlineExceeded,
    InputError,
    ModelError,
)
from backend.fallback import plan, reason_to_fall, stream
from backend.messages import message
from tests.backend.fakes import FakeSource, spec

AWAY = FakeSource(here=False)


def rows(cpu_here=True):
    return [
        spec("big", "gpu", source=AWAY),
        spec("middle", "cpu", source=FakeSource(here=cpu_here)),
        spec("small"),
    ]


def planned(mode, *, has_gpu, cpu_here=True):
    return [row.id for row in plan(rows(cpu_here), mode, lambda _: has_gpu)]


@pytest.mark.parametrize(
    ("mode", "has_gpu", "cpu_here", "expected"),
    [
        ("auto", True, True, ["big", "middle", "small"]),
        ("auto", True, False, ["big", "small"]),
        ("auto", False, True, ["middle", "small"]),
        ("auto", False, False, ["small"]),
        ("gpu", False, True, ["big", "middle", "small"]),
        ("cpu", True, False, ["middle", "small"]),
        ("bundled", True, True, ["small"]),
        ("big", False, False, ["big", "small"]),
        ("middle", True, False, ["middle", "small"]),
        ("small", True, True, ["small"]),
    ],
)
def test_the_plan_goes_from_the_largest_asked_for_down(mode, has_gpu, cpu_here, expected):
    assert planned(mode, has_gpu=has_gpu, cpu_here=cpu_here) == expected


def test_behind_a_row_asked_for_by_name_stands_its_twin():
    both = [replace(spec("english"), twin="two"), spec("two"), spec("other")]
    assert [row.id for row in plan(both, "english", lambda _: False)] == ["english", "two"]
    assert [row.id for row in plan(both, "two", lambda _: False)] == ["two"]


@pytest.mark.parametrize("mode", ["auto", "gpu", "cpu", "bundled", "big", "small"])
def test_a_row_that_is_chosen_by_name_alone_is_in_no_other_plan(mode):
    poet = replace(spec("poet"), only_by_name=True)
    asked = [row.id for row in plan([poet, *rows()], mode, lambda _: True)]
    assert asked == [row.id for row in plan(rows(), mode, lambda _: True)]
    assert plan([poet, *rows()], "poet", lambda _: True) == [poet]


def test_auto_never_downloads_a_row_for_the_cpu():
    assert planned("auto", has_gpu=False, cpu_here=False) == ["small"]


def test_auto_downloads_nothing_below_the_largest_row_that_fits():
    assert planned("auto", has_gpu=True, cpu_here=False) == ["big", "small"]


def test_on_a_small_gpu_auto_takes_the_largest_row_that_fits_it():
    def fits(row):
        return row.id != "big"

    assert [row.id for row in plan(rows(cpu_here=False), "auto", fits)] == ["middle", "small"]


def test_where_nothing_fits_the_gpu_auto_downloads_nothing():
    assert [row.id for row in plan(rows(), "auto", lambda _: False)] == ["middle", "small"]


def test_nobody_looks_for_a_gpu_where_the_mode_is_named():
    def look(_):
        raise AssertionError("this would import torch for nothing")

    assert [row.id for row in plan(rows(), "bundled", look)] == ["small"]
    assert [row.id for row in plan(rows(), "middle", look)] == ["middle", "small"]


def attempts(outcomes):
    """An attempt that does what `outcomes` says for the row's id: yields, then raises."""

    def attempt(row, falls):
        for outcome in outcomes[row.id]:
            if isinstance(outcome, BaseException):
                raise outcome
            yield (row.id, outcome, tuple(map(str, falls)))

    return attempt


def test_the_first_model_that_works_is_the_only_one_tried():
    assert list(stream(rows(), attempts({"big": ["answer"]}))) == [("big", "answer", ())]


def test_a_failing_gpu_row_falls_to_cpu_then_bundled_and_says_why():
    outcomes = {
        "big": [ModelError("device_missing")],
        "middle": [MemoryError()],
        "small": ["answer"],
    }
    why = (
        "Big could not be loaded: no GPU was found on this machine",
        "Middle ran out of memory",
    )
    assert list(stream(rows(), attempts(outcomes))) == [("small", "answer", why)]


def test_what_was_given_before_a_fall_in_mid_answer_stands():
    outcomes = {"big": ["par", torch.OutOfMemoryError("CUDA out of memory")], "middle": ["whole"]}
    given = [(row, text) for row, text, _ in stream(rows(), attempts(outcomes))]
    assert given == [("big", "par"), ("middle", "whole")]


def test_when_no_model_is_left_every_reason_is_given():
    outcomes = {row.id: [ModelError("hub_incomplete")] for row in rows()}
    with pytest.raises(ModelError) as caught:
        list(stream(rows(), attempts(outcomes)))
    for name in ("Big", "Middle", "Small"):
        assert f"{name} could not be loaded: its download is incomplete." in str(caught.value)


@pytest.mark.parametrize(
    "error",
    [
        InputError("empty_prompt"),
        BusyError("waited_too_long", seconds=120),
        Cancelled(),
        DeadlineExceeded(),
        ZeroDivisionError("a bug of ours"),
        RuntimeError("shapes do not match"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_another_model_would_not_mend_ends_the_run(error):
    assert reason_to_fall(spec("big", "gpu"), error) is None
    with pytest.raises(type(error)):
        list(stream(rows(), attempts({"big": [error], "middle": ["answer"]})))


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes"),
        RuntimeError("MPS backend out of memory (MPS allocated: 18 GB, other: 1 GB)"),
        RuntimeError("Invalid buffer size: 24.00 GiB"),
        RuntimeError(
            "[enforce fail] DefaultCPUAllocator: not enough memory: you tried to allocate"
        ),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
        RuntimeError("HIP out of memory. Tried to allocate 2 GiB"),
    ],
    ids=["python", "cuda", "cpu", "mps", "metal", "windows", "cublas", "amd"],
)
def test_running_out_of_memory_is_a_reason(error):
    assert reason_to_fall(spec("big", "gpu"), error) == message("fell_memory", model="Big")


def test_a_failing_gpu_is_a_reason():
    error = RuntimeError("CUDA error: device-side assert triggered\nmore")
    reason = str(reason_to_fall(spec("big", "gpu"), error))
    assert reason.startswith("Big failed on the device: RuntimeError: CUDA error")
    assert "more" not in reason


@pytest.mark.parametrize(
    "said",
    [
        "cuDNN error: CUDNN_STATUS_EXECUTION_FAILED",
        "GET was unable to find an engine to execute this computation",
        "HIP error: the operation cannot be performed in the present state",
        "MPS: failed to commit the command buffer",
        "Failed to create Metal device",
    ],
)
def test_every_makers_gpu_can_fail(said):
    reason = str(reason_to_fall(spec("big", "gpu"), RuntimeError(said)))
    assert reason == f"Big failed on the device: RuntimeError: {said}"


def test_a_failed_load_is_not_wrapped_twice():
    error = ModelError("fell_load", model="Big", cause="KeyError: 'lm_head'")
    assert str(reason_to_fall(spec("big", "gpu"), error)) == (
        "Big could not be loaded: KeyError: 'lm_head'"
    )
