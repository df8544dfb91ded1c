"""What may take long is not declared short, so that it does not pass before others."""

import pytest

from backend import Backend
from backend.classification.service import Classification
from backend.operations import OPERATIONS
from tests.backend.fakes import results
from tests.backend.pictures.files import picture

ASKED = {
    "a bias probe": lambda c: c.probe("{} is here", "he, she", "ann", "sentiment-expert"),
    "a text with a picture": lambda c: c.fuse("a dog", picture(), "dog, cat", "ann"),
    "labels without training": lambda c: c.zero_shot("a dog", "dog, cat", "ann"),
}


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
def test_work_that_grows_with_what_is_asked_is_long(ask, monkeypatch):
    backend, kinds = Backend("bundled"), []

    def perform(operation, *_):
        kinds.append(OPERATIONS[operation.name].kind)
        return iter(())

    monkeypatch.setattr(backend, "perform", perform)
    assert results(ask(Classification(backend))) == []
    assert kinds == ["long"]
