"""What a download left in the hub's cache."""

import pytest

from backend.errors import ModelError
from tests.backend.models.hub.conftest import FILES, SOURCE

MODEL = "model.safetensors"


def whole(folder):
    """Whether all the files that are wanted are there, and nothing else."""
    found = {file.name: file.read_bytes() for file in folder.iterdir()}
    return found == {name: FILES[name] for name in ("config.json", "tokenizer.json", MODEL)}


def blobs(cache):
    return sorted(file.name for file in cache.glob("models--*/blobs/*"))


def refused(hub, trouble, path=MODEL):
    """The code of the sentence, and that nothing is left that would be taken for a model."""
    hub.troubles[path] = trouble
    with pytest.raises(ModelError) as caught:
        SOURCE.fetch()
    assert not SOURCE.on_disk()
    assert SOURCE.fetched() is None
    return caught.value
