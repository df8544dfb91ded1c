"""The door to the attention task: number formats, and recordings kept for a page."""

from __future__ import annotations

import pytest

from backend import Backend
from backend.attention.record import record
from backend.attention.request import TASKS, Look, check_look, check_request
from backend.attention.service import Attention
from backend.device import Device
from backend.errors import InputError
from backend.messages import message
from backend.models.registry import models_for


@pytest.fixture
def service():
    return Attention(Backend("bundled"))


@pytest.mark.parametrize("task", TASKS.values())
def test_every_model_runs_in_float32_whatever_suits_the_device(task):
    fast = Device("cuda", "A GPU", "bfloat16", message("device_cpu_no_gpu"))
    backend = Backend(device_for=lambda tier: fast)
    rows = models_for(task)
    assert rows
    assert {backend.executor.device_of(row).dtype for row in rows} == {"float32"}


def test_a_kept_recording_is_found_by_its_key_until_its_visitor_leaves(service, tiny):
    recording = record(tiny["bert"], check_request("The cat sat."))
    key = service.keep("someone", recording)
    found, look = service.open(key, check_look(layer=2, head=3))
    assert found is recording and (look.layer, look.head) == (2, 3)
    with pytest.raises(InputError, match="layer must be from 1 to 2"):
        service.open(key, check_look(layer=3))
    service.backend.leave("someone")
    with pytest.raises(InputError, match="Run it again"):
        service.open(key, Look())


def test_a_view_computes_what_it_shows_and_no_more(service, tiny, monkeypatch):
    """A look that a new recording has no layer for is resolved before any matrix is made."""
    from backend.attention import view

    made = []
    matrix = view.matrix
    monkeypatch.setattr(view, "matrix", lambda *given: made.append(1) or matrix(*given))
    recording = record(tiny["bert"], check_request("The cat sat."))

    from backend.attention.look import resolve_nearest

    look = resolve_nearest(recording, check_look(layer=40, head=3, token=500))
    service.view(recording, look)
    assert made == [1]
