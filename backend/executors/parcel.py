"""What is asked, as bytes, and with it the files that it names: they lie on this machine's disk
alone. Where it arrives they are in a folder of their own for as long as the run lasts."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from backend.cache_folder import folder_of_this_run, private_folder
from backend.errors import ModelError
from backend.models.load_errors import first_line

MAX_BYTES = 128_000_000  # of one request with its files: any film that is taken fits


@dataclass(frozen=True)
class File:
    """An upload: its ending, such as ".zip", and what is in it; None: it was not there."""

    ending: str
    data: bytes | None


@dataclass(frozen=True)
class Parcel:
    """A value and the files that it names by number."""

    value: bytes  # pickled
    files: tuple[File, ...]

    @contextmanager
    def opened(self) -> Iterator[Any]:
        """The value, with paths of files that are here now. ModelError if there is no room."""
        if not self.files:
            yield _unpickled(self.value, ())
            return
        with folder_of_this_run(private_folder("sent")) as folder:
            paths = [folder / f"{number}{one.ending}" for number, one in enumerate(self.files)]
            try:
                for path, one in zip(paths, self.files, strict=True):
                    if one.data is not None:
                        path.write_bytes(one.data)
            except OSError as error:
                raise ModelError("far_no_disk", cause=first_line(error)) from error
            yield _unpickled(self.value, paths)


def pack(value: Any) -> Parcel:
    """The value, which can be pickled; each path in it names a file. ModelError for more bytes
    than are sent at a time, before any file is read."""
    out = io.BytesIO()
    pickler = _Pickler(out)
    pickler.dump(value)
    size = out.tell() + sum(map(_size, pickler.numbers))
    if size > MAX_BYTES:
        million = 1_000_000
        raise ModelError("far_too_large", size=-(-size // million), limit=MAX_BYTES // million)
    return Parcel(out.getvalue(), tuple(map(_read, pickler.numbers)))


def _size(path: PurePath) -> int:
    try:
        return Path(path).stat().st_size
    except OSError:
        return 0


def _read(path: PurePath) -> File:
    """What cannot be read here will be missed there, in the words that are said here."""
    try:
        return File(path.suffix, Path(path).read_bytes())
    except OSError:
        return File(path.suffix, None)


def file_number(number: int) -> PurePath:
    """Stands for a path in the bytes; see `_Unpickler`."""
    raise LookupError(f"no file {number} here")


class _Pickler(pickle.Pickler):
    def __init__(self, out: io.BytesIO) -> None:
        super().__init__(out, 5)
        self.numbers: dict[PurePath, int] = {}

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, PurePath):
            return file_number, (self.numbers.setdefault(value, len(self.numbers)),)
        return NotImplemented


class _Unpickler(pickle.Unpickler):
    def __init__(self, value: bytes, path_of: Callable[[int], Path]) -> None:
        super().__init__(io.BytesIO(value))
        self._path_of = path_of

    def find_class(self, module: str, name: str) -> Any:
        """Paths are those of the files that came along."""
        is_path = (module, name) == (__name__, file_number.__name__)
        return self._path_of if is_path else super().find_class(module, name)


def _unpickled(value: bytes, paths: list[Path] | tuple[Path, ...]) -> Any:
    return _Unpickler(value, paths.__getitem__).load()
