"""What is asked of a model, in values that could be sent elsewhere; and the key under which
everybody who asks the same finds the same answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

from backend.device import Device
from backend.models.registry import ModelSpec

SOURCES = Path(__file__).parent


@dataclass(frozen=True)
class Operation:
    """A question to one of a task's models. All of it can be pickled, but for the `hint`."""

    task: str  # whose rows may do it
    name: str  # such as "generation.generate": a row of OPERATIONS, which says what does it
    request: Any  # what that is given; a tuple: several arguments
    cacheable: bool = False  # whether one visitor's answer may serve the others
    # All that the answer depends on besides the model, where the request says it in another way:
    # frozen dataclasses, tuples, mappings, texts, numbers and None.
    identity: Any = None
    is_local: bool = False  # it needs this machine's files, such as a collection
    # What this process has ready and another one would compute again: `run.hint`. It stays behind.
    hint: Any = field(default=None, compare=False, repr=False)

    @property
    def arguments(self) -> tuple[Any, ...]:
        return self.request if isinstance(self.request, tuple) else (self.request,)

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "hint": None}


def key_of(operation: Operation, rows: Sequence[tuple[ModelSpec, Device | None]]) -> str:
    """64 hex digits that change with the question, the rows that would be tried (weights, device
    and number format) and the code. A row without a device cannot run here.

    TypeError for one that holds anything else than it may, such as a picture. A store that
    outlives this process must also look into the weights that come in a wheel or with the app, as
    `image_search/vector_cache.py` does.
    """
    where = [
        (row.id, repr(row.source), device and (device.kind, device.dtype)) for row, device in rows
    ]
    request = operation.request if operation.identity is None else operation.identity
    asked = [operation.task, operation.name, _plain(request), where, code_version()]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()


@cache
def code_version() -> str:
    """Changes with every change to the backend's sources. Reads them once (0.7 MB)."""
    digest = hashlib.sha256()
    for file in sorted(SOURCES.rglob("*.py")):
        digest.update(f"{file.relative_to(SOURCES)}\0".encode() + file.read_bytes())
    return digest.hexdigest()


def _plain(value: Any) -> Any:
    """The value as JSON has it; what differs in kind differs here, too."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if is_dataclass(value) and not isinstance(value, type):
        parts = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        return {"kind": type(value).__name__, "parts": parts}
    if isinstance(value, Mapping):
        pairs = [[_plain(name), _plain(one)] for name, one in value.items()]
        return {"kind": "mapping", "parts": sorted(pairs, key=json.dumps)}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    raise TypeError(f"a question that is saved cannot hold a {type(value).__name__}")
