"""Where operations are done: in this process (`here.py`), or elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from backend.device import Device
from backend.models.registry import ModelSpec
from backend.operation import Operation
from backend.run import Progress, Run


class Executor(Protocol):
    """Does operations with the model of a row, wherever that is."""

    def attempt(self, operation: Operation, run: Run) -> Iterator[Progress | Any]:
        """The operation with the row `run.spec`: load, wait for a place, work, let go.

        Results come as they grow. Closing the iterator ends the work within a step; once
        `run.job` is cancelled it ends with what it has. Raises what the work raises; ModelError,
        or an error that `fallback.reason_to_fall` knows, where another row may do.
        """

    def device_of(self, spec: ModelSpec) -> Device:
        """Where the row would run, in the number format that it asks for. ModelError if it cannot.

        May import torch."""

    def load_ahead(self, spec: ModelSpec) -> None:
        """Begin to load the row, where there is room; returns at once."""
