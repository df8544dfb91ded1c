"""Adapters over the bundled painter and over two tiny pipelines, loaded as the app loads them."""

import pytest

from backend.models.pool import load_with_its_loader
from backend.models.registry import MODELS
from tests.backend.fakes import CPU
from tests.backend.text_to_image import pipelines


@pytest.fixture(scope="session")
def stable_row(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stable")
    pipelines.save_stable(folder)
    return pipelines.stable_row(folder)


@pytest.fixture(scope="session")
def flow_row(tmp_path_factory):
    folder = tmp_path_factory.mktemp("flow")
    pipelines.save_flow(folder)
    return pipelines.flow_row(folder)


@pytest.fixture(scope="session")
def adapters(stable_row, flow_row):
    """By name: "painter", "stable", "flow"."""
    painter = next(spec for spec in MODELS if spec.id == "pictogram-painter")
    rows = {"painter": painter, "stable": stable_row, "flow": flow_row}
    return {name: load_with_its_loader(row, CPU) for name, row in rows.items()}


@pytest.fixture(params=["painter", "stable", "flow"])
def adapter(request, adapters):
    return adapters[request.param]
