"""Two models on one prompt, one after the other: each has the device to itself, so that its speed
is its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from backend.errors import Cancelled, DeadlineExceeded, ShowTellError
from backend.generation.results import Comparison, Generated
from backend.jobs import Job
from backend.messages import Message, message

if TYPE_CHECKING:
    from backend.generation.request import GenerationRequest
    from backend.run import Progress, RunCard

# A model and a request -> the answer as it grows.
Answer = Callable[[str, "GenerationRequest"], "Iterator[Progress | Generated]"]


def twice(model: str, is_sampling: bool) -> Message:
    """That one model answers both times, and what is different the second time."""
    return message("versus_greedy" if is_sampling else "versus_sampling", model=model)


def compare(
    answer: Answer,
    request: GenerationRequest,
    models: tuple[str, str],
    is_second: Callable[[RunCard], bool],
    job: Job,
) -> Iterator[Progress | Comparison]:
    """Both models' answers; the last update is `over`.

    Where `is_second` says that the first answer's card already names the second model (after a
    fallback, say), that one answers again with tokens chosen the other way. After a stop nothing
    more runs. An error of the second leaves the first answer as it is.
    """
    one, (first, second) = None, models
    for update in answer(first, request):
        if isinstance(update, Generated):
            one = update
            yield Comparison((one,))
        else:
            yield update
    assert one and one.card
    if one.finished == "stopped":
        yield Comparison((one,), True, why_alone=message("versus_stopped"))
    elif is_second(one.card):
        why = twice(one.card.spec.name, request.is_sampling)
        again = answer(one.card.spec.id, request.otherwise)
        yield from _second(again, Comparison((one,), why_twice=why), job)
    else:
        yield from _second(answer(second, request), Comparison((one,)), job)


def _second(
    updates: Iterator[Progress | Generated], so_far: Comparison, job: Job
) -> Iterator[Comparison]:
    both = so_far
    try:
        job.check()
        for update in updates:
            if isinstance(update, Generated):
                both = replace(so_far, answers=(*so_far.answers, update))
                yield both
            else:
                yield replace(both, doing=update)
    except (Cancelled, DeadlineExceeded, ShowTellError) as error:
        yield replace(so_far, over=True, why_alone=_reason(error))
    else:
        yield replace(both, over=True)


def _reason(error: Exception) -> Message:
    """Why there is no second answer."""
    if isinstance(error, ShowTellError):
        return error.message
    return message("versus_stopped" if isinstance(error, Cancelled) else "deadline_early")
