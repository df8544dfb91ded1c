"""Two models on one prompt, one after the other: each has the device to itself, so that the speed
it shows is its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from backend.errors import Cancelled, DeadlineExceeded, ShowTellError
from backend.generation.results import Generated, Versus
from backend.jobs import Job
from backend.messages import Message, message

if TYPE_CHECKING:
    from backend.run import Progress, RunCard

Write = Callable[[str], "Iterator[Progress | Generated]"]  # a model -> its answer as it grows


def versus(
    write: Write, first: str, second: str, is_next: Callable[[RunCard], bool], job: Job
) -> Iterator[Progress | Versus]:
    """Both models' answers; the last update is `over`.

    The second is not asked after a stop, nor where `is_next` says that it would be the model of the
    first one's card. What goes wrong with the second leaves the first one's answer as it is.
    """
    one = None
    for update in write(first):
        if isinstance(update, Generated):
            one = update
            yield Versus((one,))
        else:
            yield update
    assert one and one.card
    if one.finished == "stopped":
        yield Versus((one,), True, why_alone=message("versus_stopped"))
    elif is_next(one.card):
        yield Versus((one,), True, why_alone=message("versus_alone", model=one.card.spec.name))
    else:
        yield from _second(write, second, one, job)


def _second(write: Write, model: str, one: Generated, job: Job) -> Iterator[Versus]:
    other: tuple[Generated, ...] = ()
    try:
        job.check()
        for update in write(model):
            if isinstance(update, Generated):
                other = (update,)
                yield Versus((one, *other))
            else:
                yield Versus((one, *other), doing=update)
    except (Cancelled, DeadlineExceeded, ShowTellError) as error:
        yield Versus((one,), over=True, why_alone=_reason(error))
    else:
        yield Versus((one, *other), over=True)


def _reason(error: Exception) -> Message:
    """Why the second model has no answer."""
    if isinstance(error, ShowTellError):
        return error.message
    return message("versus_stopped" if isinstance(error, Cancelled) else "deadline_early")
