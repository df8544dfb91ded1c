"""Downloads under way: one for each repository, however many wait for it. The last one who leaves
ends it; what has come is kept, and the next one goes on from there."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from backend.disk_space import FULL
from backend.errors import ModelError
from backend.models.hub.failures import TryAgain, Unwanted, not_written
from backend.models.hub.listing import HubFile, list_files
from backend.models.hub.transfer import Transfer, place

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")
log = logging.getLogger(__name__)
TRIES = 4  # in a row without a byte, before the reason is told
PAUSES = (0.5, 1.0, 2.0)  # seconds between them
WINDOW = 5.0  # seconds that the rate is measured over
SPARE = 200_000_000  # bytes that are left free on the disk
POLL = 0.1  # seconds


class Repository(Protocol):
    """What is to be fetched."""

    @property
    def repo(self) -> str: ...

    @property
    def revision(self) -> str: ...

    @property
    def patterns(self) -> Sequence[str]: ...


@dataclass(frozen=True)
class Fetched:
    """How far a download is: bytes, bytes a second, and seconds until it ends (None: unknown)."""

    done: int
    total: int
    rate: float
    left: float | None


class Download:
    """One download under way, on a thread of its own."""

    def __init__(self, wanted: Repository, clock: Callable[[], float] = time.monotonic) -> None:
        self.wanted, self.ended = wanted, threading.Event()
        self.error: ModelError | None = None
        self.waiting = 0  # who wants it
        self.total = self._done = 0
        self._now: Transfer | None = None
        self._clock, self._lock = clock, threading.Lock()
        self._arrivals: deque[tuple[float, int]] = deque()  # when, and how many bytes

    @property
    def state(self) -> Fetched:
        """How far it is just now. The rate is that of the last seconds, not of all of it."""
        now = self._clock()
        with self._lock:
            while self._arrivals and self._arrivals[0][0] < now - WINDOW:
                self._arrivals.popleft()
            came = sum(count for _, count in self._arrivals)
            since = now - self._arrivals[0][0] if self._arrivals else 0.0
            done, total = self._done, self.total
        rate = came / max(since, 0.5)
        return Fetched(done, total, rate, (total - done) / rate if rate > 0 else None)

    def hang_up(self) -> None:
        """Nobody wants it any more: its thread need not wait for a silent hub to find out."""
        if self._now is not None:
            self._now.hang_up()

    def run(self) -> None:
        """What its thread does."""
        try:
            with open_client() as client:
                self._fetch(client)
        except (ModelError, TryAgain) as error:
            self.error = error.reason if isinstance(error, TryAgain) else error
        except Unwanted:
            self.error = ModelError("hub_stopped")
        except OSError as error:
            self.error = not_written(error, self.wanted.repo, self.total)
        except Exception as error:  # whatever it is, those who wait are told, not left waiting
            log.exception("the download of %s failed", self.wanted.repo)
            self.error = ModelError("hub_unreachable", cause=type(error).__name__)
        finally:
            self.ended.set()

    def _fetch(self, client: httpx.Client) -> None:
        repo, revision = self.wanted.repo, self.wanted.revision
        files = self._with_patience(
            lambda: list_files(client, repo, revision, self.wanted.patterns)
        )
        folder = cache_of(repo)
        blobs, snapshot = folder / "blobs", folder / "snapshots" / revision
        blobs.mkdir(parents=True, exist_ok=True)
        address = f"/{repo}/resolve/{revision}"
        transfers = [
            Transfer(repo, file, f"{address}/{file.path}", blobs / file.checksum) for file in files
        ]
        self.total = sum(file.size for file in files)
        self._done = sum(transfer.kept for transfer in transfers)
        self._require_room(blobs)
        for transfer in transfers:
            self._now = transfer
            with one_process(folder, transfer.file, self._arrived):
                self._with_patience(partial(transfer.fetch, client, self._arrived))
            place(transfer.blob, snapshot, transfer.file.path)

    def _with_patience(self, work: Callable[[], T]) -> T:
        """`work`, again where the connection broke, until nothing has come for several tries."""
        tries, furthest = 0, self._done
        while True:
            self._arrived(0)
            try:
                return work()
            except TryAgain as again:
                tries = tries + 1 if self._done <= furthest else 1
                furthest = max(furthest, self._done)
                if tries >= TRIES:
                    raise
                log.info("%s; trying again", again.reason)
            self._pause(PAUSES[min(tries, len(PAUSES)) - 1])

    def _pause(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._arrived(0)
            time.sleep(POLL)

    def _arrived(self, count: int) -> None:
        """Bytes have come; ends the download if nobody wants it any more."""
        if not self.waiting:
            raise Unwanted
        if count:
            with self._lock:
                self._done += count
                self._arrivals.append((self._clock(), max(count, 0)))

    def _require_room(self, folder: Path) -> None:
        import shutil

        needed = self.total - self._done
        if needed and shutil.disk_usage(folder).free < needed + SPARE:
            raise not_written(OSError(FULL[0], "the disk is full"), self.wanted.repo, needed)


class Downloads:
    """All of the process, by repository and revision."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way: dict[tuple[str, str], Download] = {}

    def fetch(self, wanted: Repository, is_wanted: Callable[[], bool] = lambda: True) -> None:
        """Have all its files on the disk. ModelError if that fails, and Unwanted as soon as
        `is_wanted` says no; the download goes on for the others who wait."""
        with self._joined(wanted) as download:
            while not download.ended.wait(POLL):
                if not is_wanted():
                    raise Unwanted
        if download.error is not None:
            raise download.error

    def state(self, wanted: Repository) -> Fetched | None:
        """How far it is; None where nothing is under way."""
        with self._lock:
            download = self._under_way.get((wanted.repo, wanted.revision))
        return download.state if download is not None else None

    @contextmanager
    def _joined(self, wanted: Repository) -> Iterator[Download]:
        download = self._join(wanted)
        try:
            yield download
        finally:
            with self._lock:
                download.waiting -= 1
                if not download.waiting:
                    download.hang_up()

    def _join(self, wanted: Repository) -> Download:
        key = (wanted.repo, wanted.revision)
        with self._lock:
            before = self._under_way.get(key)
            if before is not None and before.waiting and not before.ended.is_set():
                before.waiting += 1
                return before
            download = self._under_way[key] = Download(wanted)
            download.waiting = 1
        self._start(key, download, before)
        return download

    def _start(self, key: tuple[str, str], download: Download, before: Download | None) -> None:
        """Run it, after the one that nobody wanted any more has ended."""

        def run() -> None:
            if before is not None:
                before.ended.wait()
            download.run()
            with self._lock:
                if self._under_way.get(key) is download:
                    del self._under_way[key]

        threading.Thread(target=run, name=f"download-{key[0]}", daemon=True).start()


@contextmanager
def one_process(folder: Path, file: HubFile, look: Callable[[int], None]) -> Iterator[None]:
    """Nobody else on this machine writes this file meanwhile, not even the hub's own library."""
    from filelock import FileLock, Timeout

    path = folder.parent / ".locks" / folder.name / f"{file.checksum}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path)
    while True:
        look(0)
        try:
            lock.acquire(timeout=POLL)
            break
        except Timeout:
            continue
    try:
        yield
    finally:
        lock.release()


def cache_of(repo: str) -> Path:
    """The repository's folder in the hub's cache (HF_HOME, HF_HUB_CACHE)."""
    from huggingface_hub import constants

    return Path(constants.HF_HUB_CACHE) / f"models--{repo.replace('/', '--')}"


def open_client() -> httpx.Client:
    """A connection to the hub or its mirror (HF_ENDPOINT), with the user's token, which httpx shows
    to no other host it may be sent on to. Proxies are those of the environment."""
    import httpx
    from huggingface_hub import constants, get_token

    token = get_token()
    headers = {"Accept-Encoding": "identity", "User-Agent": "show-and-tell"}
    return httpx.Client(
        base_url=constants.ENDPOINT,
        headers=headers | ({"Authorization": f"Bearer {token}"} if token else {}),
        timeout=constants.HF_HUB_DOWNLOAD_TIMEOUT,
        follow_redirects=True,
    )


DOWNLOADS = Downloads()
