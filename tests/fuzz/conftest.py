"""The whole page, served from this process, where no model can be had: input is checked before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NoReturn

import pytest

from backend import Backend
from backend.errors import ModelError
from backend.models.pool import Pool
from demos import TABS
from tests.fuzz.visitor import Visitor
from tests.serving import launched


@pytest.fixture(scope="package")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHOW_AND_TELL_CACHE", str(tmp_path_factory.mktemp("cache")))
        backend = Backend("bundled", pool=Pool(load=_no_model))
        with launched(backend, TABS) as address:
            yield Visitor(address)


def _no_model(spec: Any, device: Any) -> NoReturn:
    raise ModelError("asset_missing", folder="assets/models")
