"""A small model hub on loopback: it lists and serves files as the real one does, and, where a test
says so, stalls, cuts, lies and refuses. It counts what it is asked."""

from __future__ import annotations

import hashlib
import json
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

REVISION = "0123456789abcdef0123456789abcdef01234567"
REPO = "Some/Model"
LARGE = 1000  # bytes from which on a file is a large one (LFS), known by its SHA-256


@dataclass
class Trouble:
    """What goes wrong when a file is asked for, for so many `times`."""

    after: int = 0  # bytes that are sent before it
    status: int = 0  # an answer with this status instead, and the hub's name for it
    named: str = ""
    stalls: bool = False  # silent from there on, until the hub is told to `go_on`
    cuts: bool = False  # the connection breaks there
    content: bytes | None = None  # sent in place of the right one
    ignores_range: bool = False  # sends all of it, whatever part is asked for
    times: int = 10**9


@dataclass
class FakeHub:
    """`files` of one repository at one revision; `troubles` by path, "" for the listing."""

    files: dict[str, bytes]
    repo: str = REPO
    revision: str = REVISION
    troubles: dict[str, Trouble] = field(default_factory=dict)
    after: dict[str, Trouble] = field(default_factory=dict)  # once those are over
    page: bytes | None = None  # what it answers to everything, as a hotel's sign-in does
    elsewhere: str = ""  # the address of a host that it sends on to for large files
    asked: list[tuple[str, str, str]] = field(default_factory=list)  # path, Range, Authorization
    address: str = ""
    go_on: threading.Event = field(default_factory=threading.Event)
    stalled: threading.Event = field(default_factory=threading.Event)

    def trouble(self, path: str) -> Trouble:
        found = self.troubles.get(path)
        if found is None or found.times <= 0:
            return self.after.get(path, Trouble())
        found.times -= 1
        return found

    def asked_for(self, path: str) -> list[str]:
        """The Range of each request for it."""
        return [ranged for name, ranged, _ in self.asked if name == path]

    def listing(self) -> bytes:
        rows = [{"type": "directory", "oid": "0" * 40, "size": 0, "path": "folder"}]
        for path, content in self.files.items():
            row = {"type": "file", "oid": git_name(content), "size": len(content), "path": path}
            if len(content) >= LARGE:
                row["lfs"] = {"oid": hashlib.sha256(content).hexdigest(), "size": len(content)}
            rows.append(row)
        return json.dumps(rows).encode()


def git_name(content: bytes) -> str:
    return hashlib.sha1(f"blob {len(content)}\0".encode() + content).hexdigest()


class Handler(BaseHTTPRequestHandler):
    """Serves `self.server.hub`."""

    def do_HEAD(self):
        self._answer(200, b"")

    def do_GET(self):
        hub = self.server.hub
        path = self._path(hub)
        ranged = self.headers.get("Range", "")
        hub.asked.append((path, ranged, self.headers.get("Authorization", "")))
        trouble = hub.trouble(path)
        if hub.page is not None:
            self._answer(200, hub.page)
        elif trouble.status:
            self._answer(trouble.status, b"", {"X-Error-Code": trouble.named})
        elif path == "":
            self._answer(200, hub.listing())
        elif path not in hub.files:
            self._answer(404, b"", {"X-Error-Code": "EntryNotFound"})
        elif hub.elsewhere and len(hub.files[path]) >= LARGE:
            self._answer(302, b"", {"Location": hub.elsewhere + self.path})
        else:
            self._send(hub, path, ranged, trouble)

    def _path(self, hub):
        listing = f"/api/models/{hub.repo}/tree/{hub.revision}"
        if self.path.startswith(listing):
            return ""
        return self.path.removeprefix(f"/{hub.repo}/resolve/{hub.revision}/")

    def _send(self, hub, path, ranged, trouble):
        content = hub.files[path] if trouble.content is None else trouble.content
        begin = 0 if trouble.ignores_range or not ranged else int(ranged[6:-1])
        if begin and begin >= len(content):
            self._answer(416, b"")
            return
        self.send_response(206 if begin else 200)
        self.send_header("Content-Length", str(len(content) - begin))
        self.end_headers()
        rest = content[begin:]
        if not (trouble.stalls or trouble.cuts):
            self.wfile.write(rest)
            return
        self.wfile.write(rest[: trouble.after])
        self.wfile.flush()
        if trouble.stalls:
            hub.stalled.set()
            hub.go_on.wait(60)
            self.wfile.write(rest[trouble.after :])
        self.close_connection = True

    def _answer(self, status, body, headers=None):
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def handle(self):
        with suppress(ConnectionError):  # who asked has gone
            super().handle()

    def log_message(self, *_):
        pass


@contextmanager
def serving(hub):
    """The hub, listening on loopback at `hub.address` until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.hub, server.daemon_threads = hub, True
    hub.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        hub.go_on.set()
        server.shutdown()
        server.server_close()


@contextmanager
def online(patch, hub, cache):
    """This process asks that hub, through a cache of its own, without pauses between two tries."""
    from backend.models.hub import downloads, reach

    with serving(hub):
        patch.setenv("HF_HUB_OFFLINE", "0")
        patch.setattr("huggingface_hub.constants.ENDPOINT", hub.address)
        patch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(cache))
        patch.setattr("huggingface_hub.constants.HF_HUB_DOWNLOAD_TIMEOUT", 100)
        patch.setattr("backend.models.sources.HUB", reach.HubReach(lambda: None))
        patch.setattr(downloads, "PAUSES", (0.0,))
        patch.setattr(downloads, "POLL", 0.005)
        patch.setattr(downloads, "SPARE", 0)
        yield hub
