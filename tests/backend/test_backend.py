"""Which model answers: the one asked for, or the largest that the machine can run."""

import threading

import pytest

from backend.errors import InputError, ModelError
from tests.backend.fakes import (
    ROWS,
    Loader,
    begun,
    device_without_gpu,
    make_backend,
    performed,
    results,
    spec,
)
from tests.backend.runs import AWAY, name_it, run


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
