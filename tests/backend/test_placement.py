"""Which row a machine takes, and where it runs: cards of several sizes, several cards, Apple's."""

import threading
from dataclasses import replace

import pytest

from backend.errors import ModelError
from backend.fallback import plan
from backend.models.pool import Pool
from backend.models.registry import MODELS, models_for
from backend.placement import Placement
from tests.backend.fakes import (
    GPU,
    PATIENCE,
    FakeModel,
    FakeSource,
    Memory,
    make_backend,
    performed,
    results,
    spec,
)

FIRST, SECOND = replace(GPU, kind="cuda:0"), replace(GPU, kind="cuda:1")
APPLE = replace(GPU, kind="mps", name="Apple GPU")
GB = 10**9
SMALL = spec("small")
MIDDLE = replace(spec("middle", "cpu", memory_bytes=60), gpu_bytes=40)
BIG = replace(spec("big", "gpu", memory_bytes=190), offloaded_bytes=110)


def placement(*gpus, free=100, **budgets):
    """On a machine whose devices have that much free, each (or each its own, by kind)."""
    free_on = free if isinstance(free, dict) else {}
    pool = Pool(
        load=FakeModel,
        free=lambda device: free_on.get(device.kind, free if not free_on else 0),
        **budgets,
    )
    return Placement(pool, lambda: list(gpus)), pool


def load(pool, row, device):
    with pool.lease(row, device) as lease:
        assert lease.wait(PATIENCE)
        return lease.model.device


def test_without_a_gpu_rows_run_on_the_cpu_and_gpu_rows_cannot():
    where, _ = placement()
    assert where.device_for(MIDDLE).kind == "cpu"
    assert str(where.device_for(SMALL).reason) == "no GPU was found"
    with pytest.raises(ModelError, match="no GPU was found on this machine"):
        where.device_for(BIG)
    assert not where.fits_a_gpu(MIDDLE)


def test_a_cpu_row_runs_on_a_gpu_that_it_fits():
    where, _ = placement(GPU, free=40)
    assert where.device_for(MIDDLE).kind == "cuda"
    assert where.fits_a_gpu(MIDDLE)


def test_a_cpu_row_that_fits_no_gpu_runs_on_the_cpu_and_says_why():
    where, _ = placement(GPU, free=39)
    device = where.device_for(MIDDLE)
    assert device.kind == "cpu"
    assert str(device.reason) == "the GPU has too little free memory for it"


def test_bundled_rows_stay_on_the_cpu_that_they_are_made_for():
    where, _ = placement(GPU)
    assert str(where.device_for(SMALL).reason) == "this model is made for the CPU"


def test_a_gpu_row_that_fits_nowhere_is_refused_by_its_load_with_both_sizes():
    where, pool = placement(GPU, free=100)
    assert not where.fits_a_gpu(BIG)
    with pool.lease(BIG, where.device_for(BIG)) as lease:
        assert lease.wait(PATIENCE)
        with pytest.raises(ModelError, match="about 110 B of memory, and 100 B are free"):
            _ = lease.model


def test_room_for_the_largest_part_is_enough_on_cuda_and_not_on_apples_gpu():
    assert placement(GPU, free=120)[0].fits_a_gpu(BIG)
    assert not placement(APPLE, free=120)[0].fits_a_gpu(BIG)
    assert placement(APPLE, free=190)[0].fits_a_gpu(BIG)


def test_what_idle_models_would_give_back_counts_as_room():
    memory = Memory(100)
    pool = Pool(load=memory.load, free=memory.free)
    where = Placement(pool, lambda: [GPU])
    load(pool, spec("other", "gpu", memory_bytes=90), GPU)
    assert where.device_for(MIDDLE).kind == "cuda"


def test_gpu_memory_is_a_bound_for_what_models_take_on_each_gpu():
    where, pool = placement(GPU, free=1000, gpu_budget=100)
    assert not where.fits_a_gpu(BIG)
    assert where.fits_a_gpu(MIDDLE)
    load(pool, replace(MIDDLE, id="one"), GPU)
    load(pool, replace(MIDDLE, id="two"), GPU)
    load(pool, replace(MIDDLE, id="three"), GPU)
    assert pool.loaded() == ["two", "three"]  # three of 40 are more than 100


def test_the_bound_for_gpus_leaves_the_cpu_alone_and_the_other_way_round():
    where, pool = placement(GPU, free=1000, budget=50, gpu_budget=200)
    load(pool, replace(MIDDLE, id="gpu"), GPU)
    load(pool, replace(SMALL, memory_bytes=50), where.device_for(SMALL))
    assert pool.loaded() == ["gpu", "small"]


def test_of_several_gpus_the_roomiest_has_what_is_loaded_next_and_it_stays_there():
    free = {"cuda:0": 100, "cuda:1": 90}
    where, pool = placement(FIRST, SECOND, free=free)
    one, two = replace(MIDDLE, id="one"), replace(MIDDLE, id="two")
    assert load(pool, one, where.device_for(one)) == "cuda:0"
    free["cuda:0"] = 60
    assert load(pool, two, where.device_for(two)) == "cuda:1"
    free["cuda:1"] = 500
    assert where.device_for(one).kind == "cuda:0"


def test_within_gpu_memory_the_parts_take_turns_where_the_whole_would_not_fit():
    where, pool = placement(GPU, free=1000, gpu_budget=120)
    with pool.lease(BIG, where.device_for(BIG)) as lease:
        assert lease.wait(PATIENCE)
        assert lease.model.id == "big"
        assert pool.where(BIG).offloads
        assert pool.room(GPU) == 10


def test_on_apples_gpu_a_model_is_loaded_whole_and_has_that_gpu():
    where, pool = placement(APPLE, free=190)
    assert load(pool, BIG, where.device_for(BIG)) == "mps"
    assert not pool.where(BIG).offloads


def test_models_on_two_gpus_answer_side_by_side_each_on_a_thread_of_its_own():
    free = {"cuda:0": 50, "cuda:1": 45}
    where, pool = placement(FIRST, SECOND, free=free)
    one, two = replace(MIDDLE, id="one"), replace(MIDDLE, id="two", memory_bytes=45)
    backend = make_backend(rows=(one, two, SMALL), pool=pool, device_for=where.device_for)

    def steps(model, run):
        for _ in range(2):
            yield run.device.kind, threading.current_thread().name

    ann = performed(backend, steps, "one", "ann", kind="exclusive")
    said = [next(update for update in ann if isinstance(update, tuple))]
    free["cuda:0"] = 10
    bob = results(performed(backend, steps, "two", "bob", kind="exclusive"))
    assert {kind for kind, _ in bob} == {"cuda:1"}
    said += results(ann)
    assert {kind for kind, _ in said} == {"cuda:0"}
    assert not {name for _, name in said} & {name for _, name in bob}


# --- The app's own rows on cards that people have ------------------------------------------------


def chosen(task, gigabytes, gpu=GPU):
    """The row that `auto` takes on a card with that much free, nothing on the disk."""
    where, _ = placement(gpu, free=int(gigabytes * GB))
    away = FakeSource(here=False)
    rows = [row if row.tier == "bundled" else replace(row, source=away) for row in models_for(task)]
    return plan(rows, "auto", where.fits_a_gpu)[0].id


@pytest.mark.parametrize(
    ("gigabytes", "painter", "captioner", "writer"),
    [
        (1, "pictogram-painter", "pictogram-captioner", "smollm2-135m"),
        (4, "sd-turbo", "smolvlm2-500m", "qwen3-0.6b"),
        (7.5, "sd-turbo", "smolvlm2-500m", "qwen3-0.6b"),
        (8, "sd-turbo", "smolvlm2-500m", "qwen3-0.6b"),
        (12, "flux2-klein-4b", "qwen3-vl-4b", "qwen3-4b"),
        (15.5, "flux2-klein-4b", "qwen3-vl-4b", "qwen3-4b"),
        (23.5, "flux2-klein-4b", "qwen3-vl-4b", "qwen3-4b"),
        (79, "flux2-klein-4b", "qwen3-vl-4b", "qwen3-4b"),
    ],
)
def test_each_card_has_the_largest_rows_that_fit_it(gigabytes, painter, captioner, writer):
    tasks = ("text_to_image", "captioning", "generation")
    assert [chosen(task, gigabytes) for task in tasks] == [painter, captioner, writer]


def test_an_apple_gpu_takes_what_fits_whole():
    assert chosen("text_to_image", 16, APPLE) == "sd-turbo"
    assert chosen("text_to_image", 20, APPLE) == "flux2-klein-4b"


def test_one_captioner_that_answers_questions_needs_less_than_three_gigabytes():
    row = next(row for row in MODELS if row.id == "smolvlm2-500m")
    assert row.needs("cuda") < 3 * GB
