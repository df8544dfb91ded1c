"""One server with all six tabs over the bundled models: all tests of endpoints share it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from gradio_client import Client

from backend import Backend
from demos import TABS
from tests.serving import launched


@pytest.fixture(scope="session")
def backend(bundled_backend: Backend) -> Backend:
    return bundled_backend


@pytest.fixture(scope="session")
def address(backend: Backend) -> Iterator[str]:
    with launched(backend, TABS) as running:
        yield running


@pytest.fixture(scope="session")
def client(address: str) -> Client:
    return Client(address, verbose=False)
