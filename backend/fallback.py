"""The only retry policy: which models to try, in which order, and what counts as a reason to go on.

Largest first, the bundled one last. Each model passed over leaves its reason, which the result
shows.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import TypeVar

from backend.errors import (
    BusyError,
    InputError,
    ModelError,
    is_broken_device,
    is_out_of_memory,
)
from backend.messages import Message, message
from backend.models.load_errors import first_line
from backend.models.registry import TIERS, ModelSpec

log = logging.getLogger(__name__)
T = TypeVar("T")


def plan(
    rows: list[ModelSpec], mode: str, fits_a_gpu: Callable[[ModelSpec], bool]
) -> list[ModelSpec]:
    """The rows to try, best first. `rows` are one task's, largest tier first.

    "auto" starts at the largest row that fits a GPU, download and all; without one it downloads
    nothing, it only takes what is on this disk. A tier or a model id asked for by name is tried as
    asked; its twin and the smaller rows stand behind it. A row that is `only_by_name` is in no
    other plan than its own.
    """
    chosen = next((spec for spec in rows if spec.id == mode), None)
    rows = [spec for spec in rows if not spec.only_by_name]
    if chosen is not None:
        twin = [spec for spec in rows if spec.id == chosen.twin]
        smaller = _on_hand(rows, below=chosen.tier)
        return [chosen, *twin, *(spec for spec in smaller if spec not in twin)]
    if mode != "auto":
        return [spec for spec in rows if spec.tier == mode] + _on_hand(rows, below=mode)
    large = (spec for spec in rows if spec.tier != "bundled")
    best = next((spec for spec in large if fits_a_gpu(spec)), None)
    if best is None:
        return _on_hand(rows, below="gpu")
    return [best, *_that_need_no_download(rows[rows.index(best) + 1 :])]


def _on_hand(rows: list[ModelSpec], below: str) -> list[ModelSpec]:
    """Rows of the smaller tiers that need no download."""
    smaller = TIERS[TIERS.index(below) + 1 :]
    return _that_need_no_download([spec for spec in rows if spec.tier in smaller])


def _that_need_no_download(rows: list[ModelSpec]) -> list[ModelSpec]:
    return [spec for spec in rows if spec.tier == "bundled" or spec.source.on_disk()]


def stream(
    specs: list[ModelSpec], attempt: Callable[[ModelSpec, tuple[Message, ...]], Iterator[T]]
) -> Iterator[T]:
    """Yield from the first attempt that ends well; `attempt` gets the model and why others failed.

    Raises what is the visitor's to mend (InputError) or a bug at once, and ModelError with
    every reason when no model is left.
    """
    falls: tuple[Message, ...] = ()
    for spec in specs:
        try:
            yield from attempt(spec, falls)
            return
        except Exception as error:  # sorted by reason_to_fall: bugs and input errors go on up
            reason = reason_to_fall(spec, error)
            if reason is None:
                raise
            log.warning("falling back: %s", reason)
            falls = (*falls, reason)
    raise ModelError("no_model_left", reasons=falls)


def reason_to_fall(spec: ModelSpec, error: Exception) -> Message | None:
    """Why the next model should be tried after this error; None if it would not help."""
    if isinstance(error, InputError | BusyError):
        return None
    if isinstance(error, ModelError):
        if error.message.code == "fell_load":
            return error.message
        return message("fell_load", model=spec.name, cause=error.message)
    if is_out_of_memory(error):
        return message("fell_memory", model=spec.name)
    if is_broken_device(error):
        return message("fell_device", model=spec.name, cause=first_line(error))
    return None
