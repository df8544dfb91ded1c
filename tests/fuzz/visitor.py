"""A visitor who speaks plain HTTP: uploads, calls endpoints, forges the page's own calls, stops."""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from tests.fuzz.uploads import contents
from tests.fuzz.values import FILE_TYPE, UPLOAD, as_json

ACCEPTED = 200


@dataclass(frozen=True)
class Answer:
    """What came back: all of it as text, and whether it came to an end."""

    status: int
    text: str
    seconds: float
    ended: bool = True
    succeeded: bool = False

    def result(self) -> Any:
        """What the endpoint gave in the end; None where it gave nothing."""
        for line in reversed(self.text.splitlines()):
            if '"process_completed"' in line and self.succeeded:
                return json.loads(line.removeprefix("data:"))["output"]["data"][0]
        return None


class Visitor:
    """One session. After `patience` seconds they press Stop, and wait `grace` seconds more."""

    def __init__(self, address: str, patience: float = 30.0, grace: float = 20.0) -> None:
        self.session, self.patience, self.grace = _new_session(), patience, grace
        self.http = httpx.Client(base_url=f"{address}gradio_api/", timeout=patience + grace)
        self._uploads: dict[str, str] = {}

    def call(self, endpoint: str, data: Any) -> Answer:
        """An endpoint of the API, such as /caption, with any data at all."""
        return self.queued(f"call{endpoint}", {"data": data})

    def queued(self, path: str, body: dict[str, Any]) -> Answer:
        """Join the queue by this path; the answer is followed to its end."""
        began = time.monotonic()
        joined = self.post(path, {"session_hash": self.session, **body})
        if joined.status != ACCEPTED:
            return joined
        with self._pressing_stop():
            return self._followed(began)

    def post(self, path: str, body: Any) -> Answer:
        """A request that is answered at once."""
        return self.ask("POST", path, as_json(body).encode(), {"content-type": "application/json"})

    def ask(self, method: str, path: str, content: bytes = b"", headers: Any = None) -> Answer:
        """One request; once more where the server has closed a connection that was kept open."""
        began = time.monotonic()
        try:
            try:
                reply = self.http.request(method, path, content=content, headers=headers)
            except (httpx.ReadError, httpx.RemoteProtocolError):
                reply = self.http.request(method, path, content=content, headers=headers)
        except httpx.HTTPError as error:
            seconds = time.monotonic() - began
            return Answer(0, f"{type(error).__name__}: {error}", seconds, ended=False)
        return Answer(reply.status_code, reply.text, time.monotonic() - began)

    def leave_early(self, endpoint: str, data: Any, seconds: float) -> None:
        """Call, listen for a moment, and close the page; what comes next is another page's."""
        params, give_up = {"session_hash": self.session}, time.monotonic() + seconds
        joined = self.post(f"call{endpoint}", {**params, "data": data})
        self.session = _new_session()
        if joined.status != ACCEPTED:
            return
        try:
            reading = httpx.Timeout(5, read=seconds)
            with self.http.stream("GET", "queue/data", params=params, timeout=reading) as stream:
                for _ in stream.iter_lines():
                    if time.monotonic() > give_up:
                        return
        except httpx.HTTPError:
            return

    def stop(self) -> None:
        self.post("run/stop", {"data": [], "session_hash": self.session})

    def upload(self, name: str, content: bytes) -> str:
        """Where the server has put it."""
        reply = self.http.post("upload", files={"files": (name, content)})
        return str(reply.raise_for_status().json()[0])

    def with_uploads(self, value: Any) -> Any:
        """The value with a real upload in the place of each `values.upload`."""
        if isinstance(value, list):
            return [self.with_uploads(one) for one in value]
        if not isinstance(value, dict):
            return value
        if UPLOAD in value:
            return self._file(value[UPLOAD])
        return {name: self.with_uploads(one) for name, one in value.items()}

    def _followed(self, began: float) -> Answer:
        """Everything that is sent until the session's last run is over."""
        params = {"session_hash": self.session}
        parts: list[str] = []
        succeeded = ended = False
        try:
            with self.http.stream("GET", "queue/data", params=params) as stream:
                for line in stream.iter_lines():
                    parts.append(line)
                    succeeded = succeeded or ('"process_completed"' in line and _succeeded(line))
                    ended = ended or '"process_completed"' in line or "unexpected_error" in line
                    if time.monotonic() - began > self.patience + self.grace:
                        break
                status = stream.status_code
        except httpx.HTTPError as error:
            parts.append(f"{type(error).__name__}: {error}")
            status = 0
        return Answer(status, "\n".join(parts), time.monotonic() - began, ended, succeeded)

    @contextmanager
    def _pressing_stop(self) -> Iterator[None]:
        timer = threading.Timer(self.patience, self.stop)
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _file(self, name: str) -> dict[str, Any]:
        if name not in self._uploads:
            self._uploads[name] = self.upload(name, contents()[name])
        return {"path": self._uploads[name], "orig_name": name, "meta": FILE_TYPE}


def _new_session() -> str:
    return "fuzz" + secrets.token_hex(6)


def _succeeded(line: str) -> bool:
    return bool(json.loads(line.removeprefix("data:")).get("success"))
