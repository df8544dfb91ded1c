"""ZeroGPU's device service, as far as `spaces` asks it: for tests on a machine without a GPU."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlparse

LENT = {"idle": True, "nvidiaIndex": 0, "nvidiaUUID": "GPU-none", "allowToken": "one"}
Asked = dict[str, str]


@dataclass
class DeviceService:
    """What it answers who asks for a GPU, and what it was asked."""

    address: str = ""
    status: int = 200
    answer: dict[str, object] = field(default_factory=lambda: dict(LENT))
    schedules: list[Asked] = field(default_factory=list)

    def lend(self) -> None:
        self.status, self.answer = 200, dict(LENT)

    def refuse(self, status: int, **answer: object) -> None:
        self.status, self.answer = status, answer


@contextmanager
def device_service() -> Iterator[DeviceService]:
    """The service on a port of its own."""
    service = DeviceService()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_POST(self) -> None:
            url = urlparse(self.path)
            status, body = 200, b"{}"
            if url.path == "/schedule":
                service.schedules.append(dict(parse_qsl(url.query)))
                status, body = service.status, json.dumps(service.answer).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()


def emulate(address: str) -> None:
    """From here on this process is one on ZeroGPU, but for the GPU itself; the service is at that
    address. Before anything imports torch or gradio."""
    os.environ.update(SPACES_ZERO_GPU="true", SPACES_ZERO_DEVICE_API_URL=address)
    import spaces.zero.torch

    spaces.zero.torch.init = lambda uuid: None
    spaces.zero.torch.move = lambda callback=None: None
