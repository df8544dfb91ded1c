"""A Space as it is pushed: its Python and gradio from the README's header, `requirements.txt` alone
in a fresh environment, the variables that Spaces set; on a CPU, and on an emulated ZeroGPU.

Behind `make test-space`: gigabytes are installed. The environment is kept in the cache until the
requirements change.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from gradio_client import Client

from backend.cache_folder import cache_root
from tests.lock import asked_for
from tests.serving import ROOT, free_port
from tests.zero_api import DeviceService, device_service

HEADER = (ROOT / "README.md").read_text("utf-8").split("---")[1]
PATIENCE = 3000.0  # seconds until it answers: it unpacks weights first, under any load
APP = "import app; app.main([])"
ON_ZERO_GPU = f"import os; from tests.zero_api import emulate; emulate(os.environ['LENDS']); {APP}"

pytestmark = [pytest.mark.space, pytest.mark.timeout(7200)]


def header(name: str) -> str:
    found = re.search(rf'^{name}: "?([\w.]+)"?$', HEADER, re.M)
    assert found, name
    return found[1]


def packages() -> list[str]:
    """What a Space's builder installs: for its own Python, and with gradio and `spaces`."""
    python = header("python_version")
    here = {"python_full_version": python, "python_version": python.rpartition(".")[0]}
    asked = asked_for(ROOT / "requirements.txt", everywhere=True)
    named = [one for one in asked if not one.marker or one.marker.evaluate(here)]
    from_file = [f"{one.name}{one.specifier}" for one in named]
    return [*from_file, f"gradio[oauth,mcp]=={header('sdk_version')}", "spaces"]


def space_python() -> str:
    """The header's Python, in whichever patch release is here; else the one that runs the tests."""
    short = header("python_version").rpartition(".")[0]
    of_pyenv = Path.home().glob(f".pyenv/versions/{short}.*/bin/python")
    found = filter(None, [shutil.which(f"python{short}"), *map(str, of_pyenv)])
    return next((one for one in found if runs(one)), sys.executable)


def runs(program: str) -> bool:
    done = subprocess.run([program, "--version"], capture_output=True, check=False)
    return done.returncode == 0


@pytest.fixture(scope="module")
def python() -> Path:
    """The Python of an environment with a Space's packages, and no others of ours."""
    wanted = packages()
    name = hashlib.sha256("\n".join(wanted).encode()).hexdigest()[:12]
    folder = cache_root() / f"test-space-{name}"
    made = folder / "bin" / "python"
    if not folder.exists():
        for old in cache_root().glob("test-space-*"):
            shutil.rmtree(old)
        subprocess.run([space_python(), "-m", "venv", folder], check=True)
    subprocess.run([made, "-m", "pip", "install", "--quiet", *wanted], check=True)
    wheels = [one.name for one in asked_for(ROOT / "requirements-bundled.txt")]
    subprocess.run([made, "-m", "pip", "uninstall", "--quiet", "--yes", *wheels], check=True)
    return made


@pytest.fixture(scope="module")
def pushed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository as it is pushed, beside an empty home."""
    folder = tmp_path_factory.mktemp("space")
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    for name in names.stdout.decode().strip("\0").split("\0"):
        if (ROOT / name).is_file():
            (folder / "app" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / "app" / name)
    (folder / "home").mkdir()
    return folder


@contextmanager
def space(python: Path, pushed: Path, program: str, **more: str) -> Iterator[tuple[str, Path]]:
    """The address of the Space once it answers, and the file with all that it says."""
    port, said = free_port(), pushed / "said.txt"
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(pushed / "home"),
        "SYSTEM": "spaces",
        "SPACE_ID": "ann/show-and-tell",
        "SPACE_AUTHOR_NAME": "ann",
        "SPACE_REPO_NAME": "show-and-tell",
        "SPACE_TITLE": "Show & Tell",
        "SPACE_HOST": "ann-show-and-tell.hf.space",
        "GRADIO_SERVER_NAME": "0.0.0.0",
        "GRADIO_SERVER_PORT": str(port),
        "GRADIO_ANALYTICS_ENABLED": "False",
        "HF_HUB_OFFLINE": "1",
        **more,
    }
    with said.open("wb") as file:
        process = subprocess.Popen(
            [python, "-c", program],
            cwd=pushed / "app",
            env=environment,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until_well(process, address, said)
        yield address, said
    finally:
        process.terminate()
        process.wait(timeout=60)


def wait_until_well(process: subprocess.Popen[bytes], address: str, said: Path) -> None:
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        assert process.poll() is None, said.read_text()
        try:
            if httpx.get(f"{address}/healthz", timeout=5).json() == {"status": "ok"}:
                return
        except httpx.TransportError:
            time.sleep(1)
    raise AssertionError(said.read_text())


def asked(address: str) -> tuple[dict, dict]:
    """Answers of two tabs whose weights come in packages that no builder has installed."""
    client = Client(address, verbose=False, httpx_kwargs={"timeout": 300})
    return (
        client.predict("A lovely day", "sentiment-expert", api_name="/classify"),
        client.predict("What is rain?", seed=1, max_new_tokens=8, api_name="/generate"),
    )


def test_as_pushed_it_answers_on_a_cpu(python: Path, pushed: Path) -> None:
    with space(python, pushed, APP) as (address, said):
        classified, written = asked(address)
    assert classified["label"] == "positive"
    assert written["run"]["model_id"] == "smollm2-135m" and written["text"]
    assert written["run"]["fell_back"] == []
    assert f"Show & Tell is at {address.replace('127.0.0.1', 'localhost')}" in said.read_text()


def test_on_zero_gpu_without_a_hub_the_bundled_models_answer(python: Path, pushed: Path) -> None:
    """None of the GPU's models can be placed then, and the log says why."""
    service: DeviceService
    with device_service() as service:
        lends = {"LENDS": service.address}
        with space(python, pushed, ON_ZERO_GPU, **lends) as (address, said):
            classified, written = asked(address)
    assert classified["label"] == "positive" and written["run"]["model_id"] == "smollm2-135m"
    log = said.read_text()
    assert "Placing Qwen3-4B-Instruct-2507 (generation) for ZeroGPU" in log
    assert "not placed: Qwen3-4B-Instruct-2507 could not be loaded" in log
    assert service.schedules == []  # nobody's time was asked for in vain
