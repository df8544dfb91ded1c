"""The stage on which the turns of a device are played."""

import pytest

from tests.backend.stage import Stage


@pytest.fixture
def stage():
    return Stage()
