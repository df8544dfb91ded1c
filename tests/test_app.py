"""The command line: options, exit codes, and what is not imported at start."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import gradio as gr
import httpx
import psutil
import pytest

import app
from demos import TABS
from demos import __main__ as standalone
from demos.page import TITLE
from demos.shared.strings import LANGUAGES
from tests.serving import ROOT, serving


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "app.py", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--models", "huge"], "huge"),
        (["--port", "abc"], "'abc' is not a port"),
        (["--port", "70000"], "'70000' is not a port"),
        (["--lang", "fr"], "fr"),
        (["--nonsense"], "--nonsense"),
        (["--host", "256.256.256.256"], "cannot listen on 256.256.256.256:7860"),
    ],
)
def test_a_bad_option_gets_one_line_and_exit_code_2(arguments: list[str], said: str) -> None:
    result = run(*arguments)
    assert result.returncode == 2
    assert said in result.stderr and result.stderr.count("\n") == 1


def test_a_bad_port_in_the_environment_gets_one_line_too() -> None:
    result = run(GRADIO_SERVER_PORT="http")
    assert (result.returncode, result.stderr.count("\n")) == (2, 1)
    assert "'http' is not a port" in result.stderr


def test_a_taken_port_gets_one_line_and_exit_code_2() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = run("--port", str(port))
    assert result.returncode == 2
    assert f"127.0.0.1:{port}" in result.stderr and result.stderr.count("\n") == 1


def test_host_and_port_come_from_the_environment_then_from_us(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("GRADIO_SERVER_PORT", raising=False)
    monkeypatch.delenv("GRADIO_SERVER_NAME", raising=False)
    options = app.parser().parse_args([])
    assert (options.host, options.port, options.models) == ("127.0.0.1", 7860, "auto")
    monkeypatch.setenv("GRADIO_SERVER_PORT", "9000")
    monkeypatch.setenv("GRADIO_SERVER_NAME", "0.0.0.0")
    options = app.parser().parse_args([])
    assert (options.host, options.port) == ("0.0.0.0", 9000)


def test_the_languages_are_the_catalogues() -> None:
    assert app.LANGUAGES == LANGUAGES


def test_building_the_page_imports_no_model_library() -> None:
    code = (
        "import sys; from backend import Backend; from demos import TABS; "
        "from demos.page import build_page, launch_options; "
        "build_page(Backend(), TABS); launch_options(None); "
        "print({'torch', 'transformers', 'diffusers', 'open_clip', 'tokenizers'} & {*sys.modules})"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stdout.strip()) == (0, "set()"), result.stderr


@pytest.fixture(scope="module")
def chinese() -> Iterator[tuple[str, int]]:
    """The address of `python app.py --lang zh`, and its bytes of memory before any visitor."""
    with serving("--lang", "zh") as address:
        yield address, memory_of_the_app_at(address)


def memory_of_the_app_at(address: str) -> int:
    port = address.rsplit(":", 1)[1].strip("/")
    return max(
        process.memory_info().rss
        for process in psutil.process_iter(["cmdline"])
        if port in (process.info["cmdline"] or [])
        and "app.py" in " ".join(process.info["cmdline"] or [])
    )


def test_before_the_first_click_the_app_is_small(chinese: tuple[str, int]) -> None:
    _, memory = chinese
    assert memory < 400e6


def test_a_forced_language_answers_every_browser(chinese: tuple[str, int]) -> None:
    address, _ = chinese
    page = httpx.get(address, headers={"accept-language": "en"}).text
    assert "生成" in page or "\\u751f\\u6210" in page


@pytest.mark.parametrize("tab", [tab.ID for tab in TABS])
def test_a_tab_can_be_launched_alone(tab: str, monkeypatch: pytest.MonkeyPatch) -> None:
    launched: list[gr.Blocks] = []
    monkeypatch.setattr(gr.Blocks, "launch", lambda page, **options: launched.append(page))
    standalone.main([tab])
    [page] = launched
    opened = [block.id for block in page.blocks.values() if isinstance(block, gr.Tab)]
    assert page.title == TITLE and opened[0] == tab


def test_the_script_is_where_the_readme_says() -> None:
    assert Path(app.__file__) == ROOT / "app.py"
