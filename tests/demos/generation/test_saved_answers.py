"""Two visitors of one link: the endpoint gives each the whole answer, says which is saved, and
keeps nothing for them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from backend import Backend
from backend.generation.service import Generation
from backend.models.language_model import LanguageModel
from backend.models.pool import Pool
from backend.saved_results import SavedResults
from demos.generation.api import Endpoints
from tests.backend.fakes import CPU, spec


def test_the_second_visitors_answer_is_marked_and_has_its_tokens_too(
    tiny_lm: LanguageModel,
) -> None:
    backend = Backend(
        models=(spec("small"),),
        pool=Pool(load=lambda *_: tiny_lm, free=lambda _: 2**60),
        device_for=lambda _: CPU,
        has_gpu=lambda: False,
        saved=SavedResults(10_000_000),
    )
    service = Generation(backend)
    endpoints = Endpoints(service)

    def last(visitor: str) -> dict[str, Any]:
        request: Any = SimpleNamespace(session_hash=visitor)
        asked = {"mode": "completion", "max_new_tokens": 6, "seed": 3, "tokens": True}
        *_, answer = endpoints.generate(request, "The fox", **asked)
        return answer

    first, second = last("ann"), last("bob")
    assert first["run"]["age_seconds"] is None and second["run"]["age_seconds"] == 0
    assert "for the same question" in second["run"]["notes"][0]
    assert second["tokens"] == first["tokens"] and second["text"] == first["text"]
    assert second["run"]["seconds"] == first["run"]["seconds"]
    assert not service.answers._kept and not service.caches._kept
