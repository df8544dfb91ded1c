"""The app, served for tests and benchmarks: in a process of its own, or within this one."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from backend import Backend

ROOT = Path(__file__).resolve().parent.parent
STARTED_WITHIN = 120.0  # seconds; a slow or loaded machine still gets there


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def launched(
    backend: Backend,
    tabs: Sequence[ModuleType],
    root_path: str | None = None,
    is_public: bool = False,
) -> Iterator[str]:
    """The page with these tabs, served from this process; gives its address, closes it afterwards.

    A page of one tab opens in a quarter of the time that all six take. With a `root_path` the
    server believes that a proxy hands it out under that prefix.
    """
    from backend.model_library import ModelLibrary
    from demos.page import build_page, launch_options
    from demos.shared import models_page
    from demos.shared.doors import LOCAL, Doors

    page = build_page(backend, tabs)
    _, address, _ = page.launch(
        server_name="127.0.0.1",
        server_port=free_port(),
        prevent_thread_lock=True,
        quiet=True,
        root_path=root_path,
        _frontend=False,  # as app.py
        **launch_options(
            None,
            Doors((), behind_proxy=True) if root_path else LOCAL,
            models=models_page.routes(ModelLibrary(backend), is_public),
        ),
    )
    try:
        yield address
    finally:
        # Its thread ends when it can: waiting for it took five seconds a server.
        page.server.should_exit = True


@dataclass(frozen=True)
class RunningApp:
    """`python app.py` in a process of its own."""

    address: str
    process: psutil.Process
    output: Path  # what it has printed so far


@contextmanager
def serving(*arguments: str, script: Path = ROOT / "app.py") -> Iterator[str]:
    """The address of `python app.py <arguments>` once it answers; it is ended afterwards."""
    with TemporaryDirectory() as folder, running(Path(folder), *arguments, script=script) as app:
        yield app.address


@contextmanager
def running(folder: Path, *arguments: str, script: Path = ROOT / "app.py") -> Iterator[RunningApp]:
    """Run `python app.py <arguments>`, its output in `folder`, until it answers; end it after."""
    port = free_port()
    environment = {
        **os.environ,
        "HF_HUB_OFFLINE": "1",
        "GRADIO_ANALYTICS_ENABLED": "False",
        "GRADIO_TEMP_DIR": str(folder / "files"),
    }
    output = folder / "output.txt"
    command = [sys.executable, str(script), "--port", str(port), *arguments]
    with output.open("wb") as file:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=file, stderr=subprocess.STDOUT
        )
    address = f"http://127.0.0.1:{port}/"
    try:
        wait_until_up(process, address)
        yield RunningApp(address, psutil.Process(process.pid), output)
    finally:
        process.terminate()
        process.wait(timeout=20)


def wait_until_up(process: subprocess.Popen[bytes], address: str) -> None:
    """Return at the first HTTP 200; RuntimeError if the process ends or takes too long."""
    give_up = time.monotonic() + STARTED_WITHIN
    while time.monotonic() < give_up:
        if process.poll() is not None:
            raise RuntimeError(f"the app ended with code {process.returncode} before it answered")
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.02)
    raise RuntimeError(f"the app did not answer at {address} within {STARTED_WITHIN:.0f} s")
