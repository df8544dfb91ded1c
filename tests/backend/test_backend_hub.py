"""A hub that is switched off, away or silent costs a visitor little."""

import threading
from dataclasses import replace

import pytest

from backend.errors import ModelError
from backend.models import sources
from backend.models.hub.reach import PATIENT, QUICK, HubReach
from backend.models.pool import Pool
from backend.models.sources import Hub
from tests.backend.fakes import CPU, PATIENCE, make_backend, results, spec
from tests.backend.runs import run

ON_HUB = Hub("Some/Model", revision="0" * 40, download_bytes=8_000_000_000)


@pytest.fixture
def hub_rows(monkeypatch, tmp_path):
    """A GPU row on the hub, loaded by the app's own loader, above a bundled fake."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    return (
        replace(spec("big", "gpu", source=ON_HUB), loader="backend.models.language_model:load"),
        spec("small"),
    )


def with_own_loaders(rows):
    return make_backend(rows=rows, pool=Pool(free=lambda _: 2**60))


def test_hf_hub_offline_passes_over_what_is_not_on_disk_and_says_so(hub_rows, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    ((model, _, why),) = results(run(with_own_loaders(hub_rows)))
    assert model == "small"
    assert "downloads are switched off (HF_HUB_OFFLINE)" in why[0]


def test_an_unreachable_hub_is_asked_once_not_on_every_click(hub_rows, monkeypatch):
    asked = []

    def probe():
        asked.append(1)
        raise OSError("no route to host")

    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    monkeypatch.setattr(sources, "HUB", HubReach(probe))
    backend = with_own_loaders(hub_rows)
    for _ in range(3):
        ((model, _, why),) = results(run(backend))
        assert model == "small"
        assert "the model hub could not be reached (no route to host)" in why[0]
    assert asked == [1]


@pytest.mark.parametrize(
    ("mode", "model", "patience"),
    [("auto", "", QUICK), ("auto", "big", PATIENT), ("gpu", "", QUICK), ("auto", "gpu", PATIENT)],
)
def test_only_who_asks_for_a_model_waits_long_for_the_hub(
    hub_rows, monkeypatch, mode, model, patience
):
    waits = []

    class Reach:
        def ask_ahead(self):
            pass

        def require(self, patience):
            waits.append(patience)
            raise ModelError("hub_unreachable", cause="no route to host")

    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    monkeypatch.setattr(sources, "HUB", Reach())
    backend = make_backend(rows=hub_rows, pool=Pool(free=lambda _: 2**60), mode=mode)
    assert results(run(backend, model=model))[0][0] == "small"
    assert waits == [patience]


def test_a_hub_that_is_silent_costs_less_than_a_second():
    assert QUICK < 1


def test_the_hub_is_asked_when_a_page_opens_that_would_need_it(hub_rows, monkeypatch):
    asked = threading.Event()
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    monkeypatch.setattr(sources, "HUB", HubReach(asked.set))
    with_own_loaders(hub_rows).load_ahead(("generation", ""))
    assert asked.wait(PATIENCE)


def test_the_hub_is_asked_before_a_device_is_chosen_which_imports_torch(hub_rows, monkeypatch):
    asked, known = threading.Event(), []

    def probe():
        asked.set()
        raise OSError("no route to host")

    def device_for(_):
        known.append(asked.wait(PATIENCE))
        return CPU

    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    monkeypatch.setattr(sources, "HUB", HubReach(probe))
    backend = make_backend(rows=hub_rows, pool=Pool(free=lambda _: 2**60), device_for=device_for)
    assert results(run(backend))[0][0] == "small"
    assert all(known)


@pytest.mark.parametrize("offline", ["0", "1"])
def test_the_hub_is_not_asked_for_what_is_here_or_where_it_is_switched_off(
    hub_rows, monkeypatch, offline
):
    def refuse():
        raise AssertionError("the hub was asked")

    monkeypatch.setenv("HF_HUB_OFFLINE", offline)
    monkeypatch.setattr(sources, "HUB", HubReach(refuse))
    sources.ask_ahead(hub_rows[1].source if offline == "0" else hub_rows[0].source)
    assert sources.HUB._asking is None
