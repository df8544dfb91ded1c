"""Two models on one prompt, one after the other: each has the device to itself, so that the speed
it shows is its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from backend.generation.updates import Generated, Versus

if TYPE_CHECKING:
    from backend import Progress

Write = Callable[[str], "Iterator[Progress | Generated]"]  # a row's id -> its answer as it grows


def versus(write: Write, models: Sequence[str]) -> Iterator[Progress | Versus]:
    """The models' answers in turn; the last update is `over`.

    A model that has already answered is not asked again, and nobody is after one that was stopped.
    """
    done: tuple[Generated, ...] = ()
    for model in models:
        if done and model in _names(done[0]):
            break
        last = None
        for update in write(model):
            if isinstance(update, Generated):
                last = update
                yield Versus((*done, last))
            else:
                yield update
        assert last is not None
        done = (*done, last)
        if last.finished == "stopped":
            break
    yield Versus(done, over=True)


def _names(answer: Generated) -> tuple[str, ...]:
    """The row that answered, which may be another than was asked, and its tier."""
    return (answer.card.spec.id, answer.card.spec.tier) if answer.card else ()
