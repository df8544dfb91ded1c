"""What must hold for every row, those to come included."""

import importlib
import re

import pytest

from backend.models.first_of import FirstOf
from backend.models.registry import MODELS, MODES, TIERS, models_for
from backend.models.sources import Asset, Hub, Wheel
from tests.backend.fakes import spec

TASKS = sorted({row.task for row in MODELS})
every_row = pytest.mark.parametrize("row", MODELS, ids=lambda row: row.id)


def test_no_two_rows_share_an_id_and_none_is_called_like_a_mode():
    ids = [row.id for row in MODELS]
    assert len(set(ids)) == len(ids)
    assert not set(ids) & {"", *MODES}


@every_row
def test_a_row_is_filled_in(row):
    assert row.tier in TIERS
    assert row.name
    assert row.licence
    assert row.languages
    assert row.parameters > 0
    assert row.memory_bytes > 0


@every_row
def test_memory_is_at_least_what_the_weights_take(row):
    assert row.memory_bytes >= row.source.download_bytes


@every_row
def test_a_rows_loader_can_be_imported(row):
    module, function = row.loader.split(":")
    assert callable(getattr(importlib.import_module(module), function))


@every_row
def test_bundled_rows_need_no_hub_and_hub_rows_are_pinned(row):
    source = row.source
    places = [source.first, source.other] if isinstance(source, FirstOf) else [source]
    if row.tier == "bundled":
        assert isinstance(places[0], Wheel | Asset)
    for hub in (place for place in places if isinstance(place, Hub)):
        assert re.fullmatch("[0-9a-f]{40}", hub.revision)
        assert hub.download_bytes > 0
        assert not [p for p in hub.files if re.search(r"bin|pt|pth|ckpt|pkl|py|h5", p)]
        # The two repositories without safetensors; their loaders read with weights_only.
        assert not hub.pickled or row.id in ("opus-mt-en-zh", "blip-base")


@pytest.mark.parametrize("task", TASKS)
def test_every_task_has_a_model_that_always_works(task):
    assert models_for(task)[-1].tier == "bundled"


def test_a_tasks_rows_come_largest_tier_first_and_without_other_tasks():
    rows = (
        spec("small"),
        spec("eyes", "gpu", task="captioning"),
        spec("big", "gpu"),
        spec("middle", "cpu"),
    )
    assert [row.id for row in models_for("generation", rows)] == ["big", "middle", "small"]


def test_a_task_without_rows_has_none():
    assert models_for("juggling") == []
