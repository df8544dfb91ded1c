"""The drawer of models, and the larger model that is offered under a bundled one's result."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import expect

from backend import Backend
from backend.models.language_model import load_folder
from backend.models.pool import Pool
from backend.models.sources import Hub
from demos.generation import tab as generation
from tests.backend.fakes import CPU, spec
from tests.browser.conftest import Visit
from tests.hub import REPO, REVISION, FakeHub, Trouble, online
from tests.serving import launched

FILES = {"config.json": b"{}", "model.safetensors": bytes(range(256)) * 2000}


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeHub]:
    running = FakeHub(dict(FILES))
    cache = tmp_path_factory.mktemp("hub")
    with pytest.MonkeyPatch.context() as patch, online(patch, running, cache):
        running.troubles["model.safetensors"] = Trouble(after=200_000, stalls=True, times=1)
        yield running


@pytest.fixture(scope="module")
def address(hub: FakeHub, tiny_folder: Path) -> Iterator[str]:
    model = load_folder("Tiny", tiny_folder, CPU)
    large = spec("large", "cpu", source=Hub(REPO, REVISION, download_bytes=512_000))
    backend = Backend(
        models=(replace(large, parameters=4_000_000), spec("small")),
        pool=Pool(load=lambda *_: model, free=lambda _: 2**60),
        device_for=lambda _: CPU,
        has_gpu=lambda: False,
    )
    with launched(backend, [generation]) as address:
        yield address


@pytest.mark.slow
def test_a_larger_model_is_offered_downloaded_and_asked_the_same_again(
    visit: Visit, hub: FakeHub
) -> None:
    page = visit.open("?tab=generation&prompt=Hello&seed=3&max_new_tokens=4")
    offer = page.locator("#generation-card .st-offer")
    expect(offer).to_contain_text("Large would do better: 512 kB to download")
    offer.get_by_role("button").click()
    expect(offer).to_contain_text("200 kB / 512 kB")
    hub.go_on.set()
    expect(page.locator("#generation-card")).to_contain_text("CPU model")
    expect(page.locator("#generation-card dd").first).to_have_text("Large")
    expect(page.locator("#generation-card dd").last).to_have_text("3")  # the seed, as before
    expect(offer).to_have_count(0)

    page.click("#st-models-open")
    row = page.locator('[data-model="large"]')
    expect(row).to_contain_text("Loaded on CPU")
    expect(row).to_contain_text("the app takes it where no model is named")
    row.get_by_role("button", name="Unload").click()
    expect(row).to_contain_text("On this disk")
    page.keyboard.press("Escape")
    expect(page.locator("#st-models")).not_to_be_visible()
    assert not visit.complaints
