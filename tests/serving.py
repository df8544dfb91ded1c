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
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backend import Backend

ROOT = Path(__file__).resolve().parent.parent
STARTED_WITHIN = 120.0  # seconds; a slow or loaded machine still gets there


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def launched(backend: Backend, tabs: Sequence[ModuleType]) -> Iterator[str]:
    """The page with these tabs, served from this process; gives its address, closes it afterwards.

    A page of one tab opens in a quarter of the time that all six take.
    """
    from demos.page import build_page, launch_options

    page = build_page(backend, tabs)
    _, address, _ = page.launch(
        server_name="127.0.0.1",
        server_port=free_port(),
        prevent_thread_lock=True,
        quiet=True,
        **launch_options(None),
    )
    try:
        yield address
    finally:
        page.close(verbose=False)


@contextmanager
def serving(*arguments: str, script: Path = ROOT / "app.py") -> Iterator[str]:
    """Run `python app.py <arguments>`; gives its address once it answers, ends it afterwards."""
    port = free_port()
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "GRADIO_ANALYTICS_ENABLED": "False"}
    process = subprocess.Popen(
        [sys.executable, str(script), "--port", str(port), *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}/"
    try:
        wait_until_up(process, address)
        yield address
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
