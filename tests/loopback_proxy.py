"""A connection that can be lost: a proxy on loopback that can be stopped and started again."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

SIZE = 65536  # bytes passed on at once


class LoopbackProxy:
    """Passes bytes on to a server, under an address of its own."""

    def __init__(self, server: str) -> None:
        target = urlsplit(server)
        self.target = (target.hostname or "127.0.0.1", target.port or 80)
        self.open: set[socket.socket] = set()
        self.listening: socket.socket | None = None
        self.port = 0
        self.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        """Take connections, at the same port as before."""
        self.listening = socket.create_server(("127.0.0.1", self.port), reuse_port=True)
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self._take, args=(self.listening,), daemon=True).start()

    def stop(self) -> None:
        """Every connection breaks, and nobody listens."""
        if self.listening:
            _end(self.listening)
        for one in list(self.open):
            _end(one)

    def _take(self, listening: socket.socket) -> None:
        with suppress(OSError):  # it was stopped
            while True:
                visitor, _ = listening.accept()
                server = socket.create_connection(self.target)
                self.open |= {visitor, server}
                for pair in ((visitor, server), (server, visitor)):
                    threading.Thread(target=self._pass_on, args=pair, daemon=True).start()

    def _pass_on(self, source: socket.socket, to: socket.socket) -> None:
        with suppress(OSError):  # either side has ended
            while data := source.recv(SIZE):
                to.sendall(data)
        for one in (source, to):
            _end(one)
            self.open.discard(one)


def _end(one: socket.socket) -> None:
    """Whoever waits at it is told, which closing alone does not do."""
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


@contextmanager
def loopback_proxy(server: str) -> Iterator[LoopbackProxy]:
    """A proxy before `server`, stopped afterwards."""
    proxy = LoopbackProxy(server)
    try:
        yield proxy
    finally:
        proxy.stop()
