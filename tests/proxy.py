"""nginx before a server of ours, with the very file that docs/deploy.md hands out."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests.serving import ROOT, free_port

SITE = ROOT / "deploy" / "nginx.conf"
MAIN = """
daemon off; pid {folder}/pid; error_log {folder}/errors.log;
events {{ }}
http {{
    access_log {folder}/access.log;
    types {{ }}
    {places}
    include {folder}/site.conf;
}}
"""
PLACES = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")  # nginx would write outside `folder`


@contextmanager
def behind_nginx(address: str, folder: Path) -> Iterator[str]:
    """The server at `address`, as nginx hands it out over TLS and HTTP/2: that other address."""
    port = free_port()
    _make_certificate(folder)
    (folder / "site.conf").write_text(site(urlsplit(address).netloc, port, folder))
    places = " ".join(f"{name}_temp_path {folder}/{name};" for name in PLACES)
    (folder / "main.conf").write_text(MAIN.format(folder=folder, places=places))
    command = ["nginx", "-e", str(folder / "errors.log"), "-c", str(folder / "main.conf")]
    process = subprocess.Popen(command, cwd=folder)
    try:
        _wait_until_listening(process, folder / "pid")
        yield f"https://localhost:{port}/tell/"
    finally:
        process.terminate()
        process.wait(timeout=20)


def site(server: str, port: int, folder: Path) -> str:
    """deploy/nginx.conf with what is marked "yours" changed."""
    yours = {
        r"listen 443\b": f"listen 127.0.0.1:{port}",
        r"server_name talk\.example\.org": "server_name localhost",
        r"/etc/ssl/talk\.example\.org\.pem": f"{folder}/certificate.pem",
        r"/etc/ssl/talk\.example\.org\.key": f"{folder}/key.pem",
        r"127\.0\.0\.1:7860": server,
    }
    text = SITE.read_text()
    for pattern, value in yours.items():
        text, count = re.subn(pattern, value, text)
        if count != 1:
            raise ValueError(f"deploy/nginx.conf has {count} times {pattern}, once was expected")
    return text


def _make_certificate(folder: Path) -> None:
    """One that nobody trusts, for two days."""
    made = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
    files = ["-keyout", f"{folder}/key.pem", "-out", f"{folder}/certificate.pem"]
    subprocess.run([*made.split(), *files], check=True, capture_output=True)


def _wait_until_listening(process: subprocess.Popen[bytes], pid: Path) -> None:
    """nginx writes its process id once it listens."""
    give_up = time.monotonic() + 20
    while not pid.exists():
        if process.poll() is not None or time.monotonic() > give_up:
            raise RuntimeError("nginx did not start: see errors.log beside its configuration")
        time.sleep(0.02)
