"""ZeroGPU, emulated in a process of its own: `spaces` and its forked workers are real, the service
that lends the GPU is a stand-in, and the models are on the CPU.

`spaces` is in a folder of its own, once: wherever gradio finds it, gradio imports it, and the other
tests are to see what users have.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.backend.executors.zero_session import TRIED
from tests.serving import ROOT

SPACES = "spaces==0.51.3"


@pytest.fixture(scope="module")
def packages() -> Path:
    """A folder with `spaces`; what that requires is what gradio does."""
    folder = Path(sys.prefix) / "zero-gpu"
    if not (folder / "spaces").is_dir():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", folder]
        if subprocess.run([*pip, SPACES], check=False).returncode:
            pytest.skip(f"{SPACES} cannot be installed here")
    return folder


@pytest.fixture(scope="module")
def session(packages: Path, tiny_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the process has printed."""
    home = tmp_path_factory.mktemp("home")
    command = [sys.executable, "-m", "tests.backend.executors.zero_session", str(tiny_folder)]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": str(packages),
            "HF_HUB_OFFLINE": "1",
            "HF_HOME": str(home),
            "OMP_NUM_THREADS": "1",  # in both, so that sums are in one order
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout


@pytest.mark.slow  # a process that loads every kind of model
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", [one.__name__ for one in TRIED])
def test_on_zero_gpu(name: str, session: str) -> None:
    assert f"passed {name}\n" in session, session
