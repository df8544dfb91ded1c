"""One file of a repository, fetched into the hub's cache: resumed where it broke off, checked
against its checksum, and only then given its name."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from backend.errors import ModelError
from backend.models.hub.failures import TryAgain, broken_off, not_written, refusal
from backend.models.hub.listing import WEIGHTS, HubFile

if TYPE_CHECKING:
    import httpx

PIECE = 1 << 20  # bytes that are read from the disk at a time
PARTIAL = 206
BEYOND_ITS_END = 416


class Transfer:
    """A file on its way: `address` to `blob`, beside which the part that has come is kept."""

    def __init__(self, repo: str, file: HubFile, address: str, blob: Path) -> None:
        self.repo, self.file, self.address, self.blob = repo, file, address, blob
        self.partial = blob.with_name(f"{blob.name}.incomplete")
        self._connection: Any = None  # a socket, while it is read from

    @property
    def kept(self) -> int:
        """Bytes of it that are on this disk."""
        for place in (self.blob, self.partial):
            if place.is_file():
                return place.stat().st_size
        return 0

    def fetch(self, client: httpx.Client, arrived: Callable[[int], None]) -> None:
        """Have the blob on the disk. `arrived` is told of bytes as they come (fewer than none where
        they must come again), and may raise to end it. ModelError or TryAgain if it fails."""
        if self.blob.is_file():
            return
        try:
            with self.partial.open("ab+") as opened:
                self._receive(client, opened, arrived)
            self._check(arrived)
            self.partial.replace(self.blob)
        except OSError as error:
            raise not_written(error, self.repo, self.file.size) from error

    def _receive(
        self, client: httpx.Client, opened: BinaryIO, arrived: Callable[[int], None]
    ) -> None:
        import httpx

        begun = opened.tell()
        if begun == self.file.size:
            return
        asked = {"Range": f"bytes={begun}-"} if begun else {}
        try:
            with client.stream("GET", self.address, headers=asked) as answer:
                if answer.status_code == BEYOND_ITS_END:
                    self._begin_again(opened, arrived)
                    raise TryAgain(self._damaged())
                if not answer.is_success:
                    raise refusal(answer, self.repo, self.file.path)
                if begun and answer.status_code != PARTIAL:  # it sends all of it once more
                    self._begin_again(opened, arrived)
                self._connection = answer.extensions["network_stream"].get_extra_info("socket")
                self._write(answer, opened, arrived)
        except httpx.HTTPError as error:
            raise broken_off(error, self.repo) from error
        if opened.tell() < self.file.size:
            raise TryAgain(ModelError("hub_cut", repo=self.repo))

    def hang_up(self) -> None:
        """Wake whoever waits for a hub that is silent, from another thread."""
        with suppress(OSError, AttributeError):
            self._connection.shutdown(socket.SHUT_RDWR)

    def _write(
        self, answer: httpx.Response, opened: BinaryIO, arrived: Callable[[int], None]
    ) -> None:
        for piece in answer.iter_bytes():
            opened.write(piece)
            arrived(len(piece))
            if opened.tell() > self.file.size:
                return  # not what was promised; the check says so

    def _begin_again(self, opened: BinaryIO, arrived: Callable[[int], None]) -> None:
        arrived(-opened.tell())
        opened.seek(0)
        opened.truncate()

    def _check(self, arrived: Callable[[int], None]) -> None:
        """Raises ModelError, and keeps nothing of it, where the content is not the listed one."""
        if not is_right(self.partial, self.file, lambda: arrived(0)):
            arrived(-self.kept)
            self.partial.unlink()
            raise self._damaged()

    def _damaged(self) -> ModelError:
        return ModelError("hub_damaged", repo=self.repo, file=self.file.path)


def is_right(path: Path, file: HubFile, look: Callable[[], None] = lambda: None) -> bool:
    """Whether the content is what the checksum says. `look` is called often, and may raise."""
    digest = file.digest()
    with path.open("rb") as opened:
        while piece := opened.read(PIECE):
            digest.update(piece)
            look()
    return bool(digest.hexdigest() == file.checksum)


def throw_away_damage(snapshot: Path) -> list[str]:
    """Delete those files of a snapshot that are not what their checksums say, so that they are
    downloaded again; their paths. Files that are no links to blobs have no checksum here.

    Whoever finds the weights takes the snapshot for whole. So their links go, too; their blobs
    stay, and need not come again.
    """
    thrown = []
    for pointer in sorted(snapshot.rglob("*")):
        if not pointer.is_symlink():
            continue
        blob, name = pointer.resolve(), pointer.resolve().name
        size = blob.stat().st_size if blob.is_file() else 0
        if not blob.is_file() or not is_right(blob, HubFile(name, size, name)):
            blob.unlink(missing_ok=True)
            pointer.unlink()
            thrown.append(pointer.relative_to(snapshot).as_posix())
    if thrown:
        for pointer in snapshot.rglob("*"):
            if pointer.is_symlink() and pointer.name.endswith(WEIGHTS):
                pointer.unlink()
    return thrown


def place(blob: Path, snapshot: Path, path: str) -> None:
    """Give the blob its name in the snapshot, as the hub's library does: by a link where the system
    has them. ModelError for a name that leads out of the snapshot."""
    pointer = snapshot / path
    if not pointer.resolve().is_relative_to(snapshot.parents[1].resolve()) or ".." in path:
        raise ModelError("hub_not_one", hub=path)
    if pointer.exists():
        return
    pointer.parent.mkdir(parents=True, exist_ok=True)
    pointer.unlink(missing_ok=True)  # a link to what was deleted
    try:
        pointer.symlink_to(os.path.relpath(blob, pointer.parent))
    except OSError:  # Windows without developer mode
        partial: Any = pointer.with_name(f"{pointer.name}.incomplete")
        shutil.copyfile(blob, partial)
        partial.replace(pointer)
