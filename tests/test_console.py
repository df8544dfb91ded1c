"""The terminal shows the address and a line for each model, and nothing that a library says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from pathlib import Path

from gradio_client import Client

from tests.serving import free_port, wait_until_up

ROOT = Path(__file__).resolve().parent.parent


def test_a_run_prints_the_address_and_a_line_for_the_model() -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}/"
    arguments = [sys.executable, "app.py", "--models", "bundled", "--port", str(port)]
    process = subprocess.Popen(
        arguments,
        cwd=ROOT,
        env={**os.environ, "GRADIO_ANALYTICS_ENABLED": "False"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines: list[str] = []
    assert process.stdout
    reader = threading.Thread(target=lines.extend, args=(process.stdout,), daemon=True)
    reader.start()
    try:
        wait_until_up(process, address)
        Client(address, verbose=False).predict(
            "A lovely day", "sentiment-expert", api_name="/classify"
        )
    finally:
        process.terminate()
        process.wait(timeout=20)
        reader.join(timeout=20)
    assert lines[0].strip() == f"Show & Tell is at {address}"
    assert re.fullmatch(
        r"loaded Show & Tell sentiment expert \(bundled\) on .+ in [\d.]+ s", lines[1].strip()
    )
    assert len(lines) == 2, lines
