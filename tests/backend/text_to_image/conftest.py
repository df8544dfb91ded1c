"""Easels over the bundled painter and over two tiny pipelines, loaded as the app loads them."""

import importlib

import pytest

from backend.models.registry import MODELS
from tests.backend.fakes import CPU
from tests.backend.text_to_image.pipelines import (
    FLOW_HABITS,
    STABLE_HABITS,
    row,
    save_flow,
    save_stable,
)


def loaded(spec):
    module, function = spec.loader.split(":")
    return getattr(importlib.import_module(module), function)(spec, CPU)


@pytest.fixture(scope="session")
def stable_row(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stable")
    save_stable(folder)
    return row("stable", folder, STABLE_HABITS)


@pytest.fixture(scope="session")
def flow_row(tmp_path_factory):
    folder = tmp_path_factory.mktemp("flow")
    save_flow(folder)
    return row("flow", folder, FLOW_HABITS, tier="gpu")


@pytest.fixture(scope="session")
def easels(stable_row, flow_row):
    """By name: "painter", "stable", "flow"."""
    painter = next(spec for spec in MODELS if spec.id == "pictogram-painter")
    return {
        "painter": loaded(painter),
        "stable": loaded(stable_row),
        "flow": loaded(flow_row),
    }


@pytest.fixture(params=["painter", "stable", "flow"])
def easel(request, easels):
    return easels[request.param]
