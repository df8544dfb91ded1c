"""One attempt with one model, as it crosses to another process."""

from __future__ import annotations

import hashlib
import pickle
import secrets
from dataclasses import dataclass, field

from backend.errors import ModelError
from backend.executors.parcel import Parcel, pack
from backend.messages import Message
from backend.models.registry import MODELS, ModelSpec
from backend.operation import Operation, code_version
from backend.run import Run


@dataclass(frozen=True)
class Ticket:
    """What is asked, of which row, and for whom. It says which code and weights it means: with
    others the answer would be another."""

    asked: Parcel  # an Operation
    row: str
    weights: str
    falls: tuple[Message, ...]
    seconds: float  # of the run's own since it was asked: clocks differ between machines
    visitor: str  # a name to take turns by, and no more
    code: str = field(default_factory=code_version)
    run: str = field(default_factory=lambda: secrets.token_hex(8))

    def packed(self) -> bytes:
        return pickle.dumps(self, 5)

    def spec(self, models: tuple[ModelSpec, ...] = MODELS) -> ModelSpec:
        """The row as this process has it. ModelError if it has other code or weights."""
        if self.code != code_version():
            raise ModelError("far_other_code")
        spec = next((one for one in models if one.id == self.row), None)
        if spec is None or repr(spec.source) != self.weights:
            raise ModelError("far_other_weights", model=self.row)
        return spec


def ticket_for(operation: Operation, run: Run) -> Ticket:
    """The ticket of this attempt. ModelError for more than is sent at a time."""
    visitor = hashlib.sha256(run.job.visitor.encode()).hexdigest()[:16]
    weights = repr(run.spec.source)
    return Ticket(pack(operation), run.spec.id, weights, run.falls, run.seconds, visitor)
