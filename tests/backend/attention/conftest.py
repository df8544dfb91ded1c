"""One tiny model of each architecture, and the bundled ones, loaded for the whole session."""

from __future__ import annotations

import pytest

from tests.backend.attention import models

KINDS = {"bert": "encoder", "gpt2": "decoder", "qwen3": "decoder", "marian": "seq2seq"}
SAVERS = {
    "bert": models.save_bert,
    "gpt2": models.save_gpt2,
    "qwen3": models.save_qwen3,
    "marian": models.save_marian,
}


@pytest.fixture(scope="session")
def folders(tmp_path_factory):
    """The folder of each tiny model by its architecture's name."""
    return {name: save(tmp_path_factory.mktemp(name)) for name, save in SAVERS.items()}


@pytest.fixture(scope="session")
def tiny(folders):
    """Each tiny model as the app loads it."""
    from backend.attention.model import load_folder
    from tests.backend.fakes import CPU

    return {name: load_folder(name, KINDS[name], folder, CPU) for name, folder in folders.items()}


class Bundled(dict):
    """The bundled models by kind, each loaded when it is first asked for."""

    def __missing__(self, kind):
        from backend.attention.model import load
        from backend.attention.request import TASKS
        from backend.models.registry import models_for
        from tests.backend.fakes import CPU

        rows = models_for(TASKS[kind])
        row = next(one for one in rows if one.tier == "bundled" and not one.only_by_name)
        self[kind] = load(row, CPU)
        return self[kind]


@pytest.fixture(scope="session")
def bundled():
    return Bundled()
