"""The tiny language model in either library."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend.models.llama.reader import LlamaReader


@pytest.fixture(params=["torch", "openvino"])
def lm(request, tiny_lm, tiny_packed):
    """The same tiny Llama in either library; no token ends an answer."""
    endless = replace(tiny_lm, stop_ids=frozenset())
    if request.param == "torch":
        return endless
    return replace(endless, model=tiny_packed.network, make_reader=LlamaReader)
