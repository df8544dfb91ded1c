"""A run's updates as bytes, from the process that has the model to the one that shows them.

One pickler for the whole stream remembers what it has sent: that is only named later. And of a text
or a tuple that has grown since the last update only the end is sent. So an answer that grows by a
token costs a token. Tensors cross as numpy arrays, from whichever device they are on; a model's
tokenizer does not cross (it is megabytes): who receives gets it elsewhere.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, is_dataclass
from typing import Any

from backend.errors import Cancelled, DeadlineExceeded, ShowTellError


@dataclass(frozen=True)
class Failed:
    """The last item of a stream that ended badly."""

    error: Exception


@dataclass(frozen=True)
class Ended:
    """The last item of one that ended well; `is_cut`: before its work was done."""

    is_cut: bool


@dataclass(frozen=True)
class Grown:
    """The text or tuple of the last update, and this after it."""

    end: Any


@dataclass(frozen=True)
class Changed:
    """The object of the last update with other fields."""

    fields: dict[str, Any]


class Sender:
    """Updates to bytes, each after those before it; `row` is the id of the model's."""

    def __init__(self, row: str) -> None:
        self._out = io.BytesIO()
        self._pickler = _Pickler(self._out, row)
        self._last: Any = None

    def bytes_of(self, update: Any) -> bytes:
        """What the other side's `update_of` makes the update of."""
        self._out.seek(0)
        self._out.truncate()
        self._pickler.dump(_difference(update, self._last))
        self._last = update
        return self._out.getvalue()


class Receiver:
    """The other side. `tokenizer_of` a row's id finds that row's tokenizer, once it is needed."""

    def __init__(self, tokenizer_of: Callable[[str], Any]) -> None:
        self._in = _Feed()
        self._unpickler = _Unpickler(self._in, tokenizer_of)
        self._last: Any = None

    def update_of(self, data: bytes) -> Any:
        self._in.data, self._in.at = memoryview(data), 0
        self._last = _applied(self._unpickler.load(), self._last)
        return self._last


def sent(updates: Iterator[Any], row: str, is_cut: Callable[[], bool]) -> Iterator[bytes]:
    """A run's updates, and last how it ended."""
    sender = Sender(row)
    end: Failed | Ended
    with closing_all(updates):
        try:
            for update in updates:
                yield sender.bytes_of(update)
            end = Ended(is_cut())
        except Exception as error:  # noqa: BLE001  whatever it is, the other side raises it
            end = Failed(_plain(error))
    yield sender.bytes_of(end)


def received(
    parts: Iterator[bytes], tokenizer_of: Callable[[str], Any], on_cut: Callable[[], None]
) -> Iterator[Any]:
    """The updates on this side; raises what the run raised there. EOFError if its end is missing:
    whoever ran it has gone."""
    receiver = Receiver(tokenizer_of)
    with closing_all(parts):
        for part in parts:
            update = receiver.update_of(part)
            if isinstance(update, Failed):
                raise update.error
            if isinstance(update, Ended):
                if update.is_cut:
                    on_cut()
                return
            yield update
    raise EOFError("the stream broke off")


@contextmanager
def closing_all(items: Iterator[Any]) -> Iterator[None]:
    """Closes them at the end, if they can be closed."""
    try:
        yield
    finally:
        close = getattr(items, "close", None)
        if close:
            close()


def _plain(error: Exception) -> Exception:
    """The error, if it can be made again elsewhere; else one that says as much."""
    if isinstance(error, ShowTellError | Cancelled | DeadlineExceeded):
        return error
    if isinstance(error, MemoryError):
        return MemoryError(str(error))
    return RuntimeError(f"{type(error).__name__}: {error}")


# ---- What is new in an update


def _difference(now: Any, last: Any) -> Any:
    """`now` as it follows from `last`, where that is shorter."""
    if type(now) is not type(last) or now is last:
        return now
    if is_dataclass(now):
        before = _state(last)
        fields = {name: (value, before[name]) for name, value in _state(now).items()}
        new = {name: two for name, two in fields.items() if two[0] is not two[1]}
        return Changed({name: _difference(*two) for name, two in new.items()})
    if isinstance(now, str):
        return Grown(now[len(last) :]) if last and now.startswith(last) else now
    if isinstance(now, tuple) and 0 < len(last) <= len(now):
        is_grown = all(a is b for a, b in zip(now, last, strict=False))
        return Grown(now[len(last) :]) if is_grown else now
    return now


def _applied(told: Any, last: Any) -> Any:
    """What `_difference` told."""
    if isinstance(told, Grown):
        return last + told.end
    if not isinstance(told, Changed):
        return told
    before = _state(last)
    made = object.__new__(type(last))
    fields = {name: _applied(value, before.get(name)) for name, value in told.fields.items()}
    vars(made).update({**before, **fields})
    return made


def _state(value: Any) -> dict[str, Any]:
    """What would be pickled of a dataclass's object, without what it has computed by the way."""
    state: dict[str, Any] = value.__reduce_ex__(4)[2] or {}
    return {name: each for name, each in state.items() if name in value.__dataclass_fields__}


# ---- Pickling


class _Pickler(pickle.Pickler):
    def __init__(self, out: io.BytesIO, row: str) -> None:
        super().__init__(out, 5)
        self._row = row

    def reducer_override(self, value: Any) -> Any:
        kinds = {kind.__name__ for kind in type(value).__mro__}
        if "Tensor" in kinds and hasattr(value, "detach"):
            return _as_array(value)
        if "PreTrainedTokenizerBase" in kinds:
            return tokenizer_of, (self._row,)
        return NotImplemented


class _Unpickler(pickle.Unpickler):
    def __init__(self, source: _Feed, of: Callable[[str], Any]) -> None:
        super().__init__(source)
        self._of = of

    def find_class(self, module: str, name: str) -> Any:
        """Tokenizers are found by this side's own function."""
        is_tokenizer = (module, name) == (__name__, tokenizer_of.__name__)
        return self._of if is_tokenizer else super().find_class(module, name)


class _Feed:
    """The bytes of one update, as the unpickler reads a file."""

    data, at = memoryview(b""), 0

    def read(self, size: int = -1) -> bytes:
        end = len(self.data) if size < 0 else self.at + size
        part, self.at = bytes(self.data[self.at : end]), end
        return part

    def readinto(self, into: Any) -> int:
        size = len(into)
        into[:] = self.data[self.at : self.at + size]
        self.at += size
        return size

    def readline(self) -> bytes:
        rest = bytes(self.data[self.at :])
        return self.read(rest.index(b"\n") + 1)


def tokenizer_of(row: str) -> Any:
    """Stands for a row's tokenizer in the bytes; see `_Unpickler`."""
    raise LookupError(f"no tokenizer of {row} here")


def _as_array(tensor: Any) -> Any:
    """numpy has no bfloat16: it crosses as the integers of the same bits."""
    import torch

    there = tensor.detach().to("cpu").contiguous()
    if there.dtype is torch.bfloat16:
        return _as_tensor, (there.view(torch.int16).numpy(), "bfloat16")
    return _as_tensor, (there.clone().numpy(), "")


def _as_tensor(array: Any, dtype: str) -> Any:
    import torch

    made = torch.from_numpy(array)
    return made.view(getattr(torch, dtype)) if dtype else made
