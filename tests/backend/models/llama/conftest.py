"""SmolLM2 from its wheel as the app runs it, and in transformers: loaded once for this folder."""

from __future__ import annotations

import pytest

from backend.models.registry import models_for

ROW = models_for("generation")[-1]


@pytest.fixture(scope="session")
def smollm():
    from backend.device import choose_device
    from backend.models.llama.loading import load

    return load(ROW, choose_device("bundled"))


@pytest.fixture(scope="session")
def plain_smollm():
    """The same file in transformers: float32, as it reads GGUF itself."""
    from transformers import AutoModelForCausalLM

    path = ROW.source.fetch()
    return AutoModelForCausalLM.from_pretrained(path.parent, gguf_file=path.name, dtype="float32")
