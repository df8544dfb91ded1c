"""Two models on one prompt, one after the other: each has the device to itself, so that its speed
is its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from backend.errors import Cancelled, DeadlineExceeded, ShowTellError
from backend.generation.results import Comparison, Generated
from backend.jobs import Job
from backend.messages import Message, message

if TYPE_CHECKING:
    from backend.run import Progress, RunCard

Answer = Callable[[str], "Iterator[Progress | Generated]"]  # a model -> its answer as it grows


def compare(
    answer: Answer, first: str, second: str, is_second: Callable[[RunCard], bool], job: Job
) -> Iterator[Progress | Comparison]:
    """Both models' answers; the last update is `over`.

    The second model does not run after a stop, nor if `is_second` says that the first answer's card
    already names it (after a fallback, say). An error of the second leaves the first answer as it
    is.
    """
    one = None
    for update in answer(first):
        if isinstance(update, Generated):
            one = update
            yield Comparison((one,))
        else:
            yield update
    assert one and one.card
    if one.finished == "stopped":
        yield Comparison((one,), True, why_alone=message("versus_stopped"))
    elif is_second(one.card):
        why = message("versus_alone", model=one.card.spec.name)
        yield Comparison((one,), True, why_alone=why)
    else:
        yield from _second(answer, second, one, job)


def _second(answer: Answer, model: str, one: Generated, job: Job) -> Iterator[Comparison]:
    other: tuple[Generated, ...] = ()
    try:
        job.check()
        for update in answer(model):
            if isinstance(update, Generated):
                other = (update,)
                yield Comparison((one, *other))
            else:
                yield Comparison((one, *other), doing=update)
    except (Cancelled, DeadlineExceeded, ShowTellError) as error:
        yield Comparison((one,), over=True, why_alone=_reason(error))
    else:
        yield Comparison((one, *other), over=True)


def _reason(error: Exception) -> Message:
    """Why there is no second answer."""
    if isinstance(error, ShowTellError):
        return error.message
    return message("versus_stopped" if isinstance(error, Cancelled) else "deadline_early")
