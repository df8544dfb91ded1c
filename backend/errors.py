"""Errors a user may see. Each carries a `Message`; anything else is a bug and is logged."""

from __future__ import annotations

from typing import Any

from backend.messages import Message, message


class ShowTellError(Exception):
    """An error with a plain message for people."""

    def __init__(self, code: str, **values: object) -> None:
        self.message = message(code, **values)
        super().__init__(str(self.message))

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled with its message: `Exception` would give the sentence back as the code."""
        return _told, (type(self), self.message)


def _told(kind: type[ShowTellError], told: Message) -> ShowTellError:
    return kind(told.code, **told.values)


class InputError(ShowTellError):
    """The visitor's input is wrong: which value, and what would be right."""


class ModelError(ShowTellError):
    """A model cannot be had or run here; the next tier may do."""


class BusyError(ShowTellError):
    """No place on the device came free in time."""


class StoppingError(ShowTellError):
    """The server is being stopped."""


# What torch says in a RuntimeError, which has no class of its own there.
NO_MEMORY = (
    "out of memory",
    "can't allocate memory",
    "not enough memory",  # Windows
    "Invalid buffer size",  # Metal, for one tensor that is larger than it hands out
    "CUBLAS_STATUS_ALLOC_FAILED",
)
BROKEN_DEVICE = ("CUDA", "cuDNN", "CUBLAS", "HIP error", "MPS", "Metal", "unable to find an engine")


def is_out_of_memory(error: BaseException) -> bool:
    """Python's, torch's (known by name: torch is not imported here), the CPU's or Apple's."""
    named = isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError"
    return named or any(sign in str(error) for sign in NO_MEMORY)


def is_broken_device(error: BaseException) -> bool:
    """Whether a GPU, or a library on it, has failed: NVIDIA's, AMD's or Apple's."""
    return isinstance(error, RuntimeError) and any(sign in str(error) for sign in BROKEN_DEVICE)


class Cancelled(Exception):
    """The visitor pressed Stop or left. Not an error: nobody needs to be told."""


class DeadlineExceeded(Exception):
    """The job used up its time. What it has made so far is kept."""
