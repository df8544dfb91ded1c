"""The tiny language model in either library, and an answer of it that is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend.generation.request import check_request
from backend.models.llama.reader import LlamaReader
from tests.backend.fakes import results

ASK = {"mode": "completion", "max_new_tokens": 12, "seed": 3, "temperature": 1.5, "top_k": 0}


@pytest.fixture(params=["torch", "openvino"])
def lm(request, tiny_lm, tiny_packed):
    """The same tiny Llama in either library; no token ends an answer."""
    endless = replace(tiny_lm, stop_ids=frozenset())
    if request.param == "torch":
        return endless
    return replace(endless, model=tiny_packed.network, make_reader=LlamaReader)


@pytest.fixture
def kept_answer(tiny_generation):
    """An answer's last update, and the answer that is kept."""
    *_, update = results(tiny_generation.generate(check_request("The fox", **ASK), "ann"))
    return update, tiny_generation.answer(update.key)
