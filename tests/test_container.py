"""deploy/Dockerfile: nothing that a linter finds, and its steps make a server that answers."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from gradio_client import Client

from tests.dockerfile import Build, Environment, Stage, context, in_a_shell, instructions
from tests.serving import ROOT, free_port

FILE = ROOT / "deploy" / "Dockerfile"
IGNORE = ROOT / "deploy" / "Dockerfile.dockerignore"
STEPS = instructions(FILE)
PATIENCE = 1500.0  # seconds; a machine under load takes its time


def test_the_linter_finds_nothing() -> None:
    linter = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([linter, FILE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def texts_of(name: str) -> list[str]:
    return [step.text for step in STEPS if step.name == name]


def test_the_app_is_not_run_as_root_and_says_whether_it_is_well() -> None:
    last = [step.name for step in STEPS]
    assert texts_of("USER") == ["1000"]
    assert last.index("USER") < last.index("ENTRYPOINT")
    assert "/healthz" in texts_of("HEALTHCHECK")[0]


def test_there_is_a_stage_for_each_variant() -> None:
    stages = {text.partition(" AS ")[2] for text in texts_of("FROM")}
    assert {"packages-cpu", "packages-cuda"} <= stages
    assert "VARIANT=cpu" in texts_of("ARG")


def test_the_image_has_what_the_app_reads_and_nothing_else() -> None:
    sent = {str(path) for path in context(ROOT, IGNORE)}
    tracked = subprocess.run(
        ["git", "ls-files", "app.py", "backend", "demos", "assets", "requirements*"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    wanted = {one for one in tracked if not one.startswith(("assets/screenshots/", "requirements"))}
    wanted |= {"requirements.txt", "requirements-bundled.txt", "requirements.lock", "LICENSE"}
    assert not wanted - sent
    assert not {
        path for path in sent - wanted if path in tracked or path.startswith((".", "tests"))
    }


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The image's last stage, made of the packages that are installed here: nothing is fetched."""

    def run(command: str, folder: Path, environment: Environment) -> None:
        in_a_shell(command, folder, {**environment, "PIP_NO_INDEX": "1"})
        if "-m venv" in command:
            lend_packages(Path(command.rsplit(maxsplit=1)[-1]))

    folder = tmp_path_factory.mktemp("image")
    yield Build(ROOT, folder, run).all_of(STEPS)


def lend_packages(venv: Path) -> None:
    """The new environment finds what is installed in this one, and has nothing but pip itself."""
    [site] = venv.glob("lib/python*/site-packages")
    for own in site.glob("setuptools*"):
        shutil.rmtree(own)
    ours = [path for path in sys.path if path.endswith("site-packages")]
    (site / "lent.pth").write_text("\n".join(ours))


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_the_steps_in_order_make_a_server_that_answers(built: Stage, tmp_path: Path) -> None:
    app, home = built.root / "app", built.root / "home" / "app"
    assert list((home / ".cache" / "show-and-tell").glob("SmolLM2*graph*/compiled/*"))
    before = written(app)
    port = str(free_port())
    environment = {**built.environment, "GRADIO_SERVER_PORT": port, "HF_HUB_OFFLINE": "1"}
    said = tmp_path / "said.txt"
    with said.open("wb") as file:
        server = subprocess.Popen(
            built.command, cwd=app, env=environment, stdout=file, stderr=subprocess.STDOUT
        )
    try:
        wait_until_healthy(built, environment, server)
        client = Client(f"http://127.0.0.1:{port}", verbose=False)
        answer = client.predict("A lovely day", "sentiment-expert", api_name="/classify")
        assert answer["run"]["tier"] == "bundled"
    finally:
        server.terminate()
        assert server.wait(timeout=60) == 0, said.read_text()
    assert written(app) == before, "the user of the app may not write there"
    assert not is_healthy(built, environment)


def written(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def is_healthy(stage: Stage, environment: Environment) -> bool:
    done = subprocess.run(stage.health, env=environment, capture_output=True, check=False)
    return done.returncode == 0


def wait_until_healthy(stage: Stage, environment: Environment, server: subprocess.Popen) -> None:
    give_up = time.monotonic() + PATIENCE
    while not is_healthy(stage, environment):
        assert server.poll() is None and time.monotonic() < give_up
        time.sleep(1)
