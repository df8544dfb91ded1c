"""How much memory a result holds: its arrays, tensors and pictures one by one, so that what
several results share can be counted once, and all the rest of it in one sum."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

Parts = dict[int, int]  # bytes by `id`, which holds while the result does
SHARED = ("torch", "PIL", "numpy")  # packages whose objects are parts of their own


def parts_of(result: object) -> Parts:
    """The result's parts. What is neither data nor a container of it (a tokenizer, a function)
    belongs to a model and counts as a reference."""
    parts: Parts = {id(result): 0}
    seen, waiting = {id(result)}, [result]
    while waiting:
        value = waiting.pop()
        size = _size_of_data(value)
        if size is None:
            parts[id(result)] += sys.getsizeof(value)
        else:
            name, count = size
            parts[name] = count
        for part in _inside(value):
            if id(part) not in seen:
                seen.add(id(part))
                waiting.append(part)
    return parts


def _size_of_data(value: Any) -> tuple[int, int] | None:
    """(what tells it apart, bytes) of an array, a tensor or a picture; None for anything else.

    Of a view it is all that the view keeps alive. Known by name: nothing is imported for it.
    """
    if type(value).__module__.partition(".")[0] not in SHARED:
        return None
    if hasattr(value, "untyped_storage"):
        storage = value.untyped_storage()
        return storage.data_ptr() or id(value), storage.nbytes()
    if hasattr(value, "getbands"):
        each = 4 if value.mode in ("I", "F") else 1
        return id(value), value.width * value.height * len(value.getbands()) * each
    if not hasattr(value, "nbytes"):
        return None
    while getattr(value, "base", None) is not None and hasattr(value.base, "nbytes"):
        value = value.base
    return id(value), int(value.nbytes)


def _inside(value: Any) -> Iterator[Any]:
    """What a container or a dataclass holds, cached properties included."""
    if is_dataclass(value) and not isinstance(value, type):
        if hasattr(value, "__dict__"):
            yield from vars(value).values()
        else:
            yield from (getattr(value, one.name) for one in fields(value))
    elif isinstance(value, Mapping):
        yield from value.keys()
        yield from value.values()
    elif isinstance(value, list | tuple | set | frozenset):
        yield from value
