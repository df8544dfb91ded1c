"""The command line: options, exit codes, what is printed, and what is not imported at start."""

from __future__ import annotations

import gc
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import gradio as gr
import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

import app
from demos import TABS
from demos import __main__ as standalone
from demos.page import TITLE
from demos.shared.strings import LANGUAGES
from tests.serving import ROOT, RunningApp, free_port, running


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
        (["--memory", "much"], "'much' is not a number of gigabytes"),
        (["--saved-results", "-1"], "'-1' is not a number of megabytes"),
        (["--metrics", "abc"], "'abc' is not a port"),
        (["--metrics", ":9464"], "':9464' has no host before its colon"),
        (["--metrics", "7860", "--port", "7860"], "the page has port 7860"),
        (["--metrics", "256.256.256.256:9464"], "choose another with --metrics"),
        (["--nonsense"], "--nonsense"),
        (["--host", "256.256.256.256"], "cannot listen on 256.256.256.256:7860"),
    ],
)
def test_a_bad_option_gets_one_line_and_exit_code_2(arguments: list[str], said: str) -> None:
    result = run(*arguments)
    assert result.returncode == 2
    assert said in result.stderr and result.stderr.count("\n") == 1


def test_mcp_without_its_package_gets_one_line_that_names_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(app, "find_spec", lambda _: None)
    with pytest.raises(SystemExit) as end:
        app.main(["--mcp", "--port", str(free_port())])
    assert end.value.code == 2
    assert "pip install -r requirements-mcp.txt" in capsys.readouterr().err


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


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("9000", ("127.0.0.1", 9000)),
        ("0.0.0.0:9000", ("0.0.0.0", 9000)),
        ("[::1]:9000", ("::1", 9000)),
    ],
)
def test_figures_are_on_loopback_unless_told(text: str, address: tuple[str, int]) -> None:
    assert app.parser().parse_args(["--metrics", text]).metrics == address
    assert app.parser().parse_args(["--metrics"]).metrics == ("127.0.0.1", 9464)
    assert app.parser().parse_args([]).metrics is None


@pytest.mark.parametrize(
    ("arguments", "space", "public"),
    [([], "", False), (["--public"], "", True), (["--share"], "", True), ([], "me/space", True)],
)
def test_a_public_host_is_named_shared_or_a_space(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], space: str, public: bool
) -> None:
    monkeypatch.delenv("SPACE_ID", raising=False)
    if space:
        monkeypatch.setenv("SPACE_ID", space)
    assert app.is_public(app.parser().parse_args(arguments)) is public


def test_memory_on_the_gpu_is_gigabytes() -> None:
    assert app.parser().parse_args(["--gpu-memory", "7.5"]).gpu_memory == 7_500_000_000


def test_the_languages_are_the_catalogues() -> None:
    assert app.LANGUAGES == LANGUAGES


@pytest.fixture(scope="module")
def chinese(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """`python app.py --lang zh` that nobody has visited yet."""
    folder = tmp_path_factory.mktemp("app")
    with running(folder, "--lang", "zh", "--models", "bundled") as app:
        yield app


def test_unused_objects_are_collected_again_once_the_page_is_there() -> None:
    before = gc.get_freeze_count()
    with pytest.raises(KeyError), app.what_stays():
        assert not gc.isenabled()
        raise KeyError
    assert gc.isenabled() and gc.get_freeze_count() > before


def test_before_the_first_click_the_app_is_small_and_has_no_model_library(
    chinese: RunningApp,
) -> None:
    assert chinese.process.memory_info().rss < 400e6
    loaded = " ".join(one.path for one in chinese.process.memory_maps())
    # All others import these; Ray is there for `--engine ray` alone.
    for library in ("torch", "tokenizers", "safetensors", "openvino", "ray"):
        assert f"/{library}/" not in loaded, library


@pytest.mark.slow
def test_nothing_is_imported_at_start_that_only_other_hosts_need(tmp_path: Path) -> None:
    """Without the options and variables that ask for it."""
    launched = """
import sys, app
options = app.parser().parse_args(sys.argv[1:])
backend, page = app.launch(options)
loaded = {name for name, module in sys.modules.items() if module}
print(*{"prometheus_client", "spaces", "ray", "torch", "mcp", "segno"} & loaded)
"""
    port = str(free_port())
    command = [sys.executable, "-c", launched, "--models", "bundled", "--port", port]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.splitlines()[1:] == [""], done.stdout


@pytest.mark.slow
def test_a_server_tells_its_health_and_its_figures(tmp_path: Path) -> None:
    port = free_port()
    with running(tmp_path, "--models", "bundled", "--metrics", str(port)) as app:
        assert httpx.get(f"{app.address}healthz").json() == {"status": "ok"}
        client = Client(app.address, verbose=False)
        client.predict("A lovely day", "sentiment-expert", api_name="/classify")
        found = httpx.get(f"http://127.0.0.1:{port}/metrics").text
    assert 'show_and_tell_loads_total{model="sentiment-expert",outcome="done"} 1.0' in found
    run = 'show_and_tell_runs_total{model="sentiment-expert",outcome="done",task="classification"}'
    assert f"{run} 1.0" in found
    assert 'show_and_tell_model_memory_bytes{device="cpu",model="sentiment-expert"} 3e+08' in found


def test_a_forced_language_answers_every_browser(chinese: RunningApp) -> None:
    page = httpx.get(chinese.address, headers={"accept-language": "en"}).text
    assert "生成" in page or "\\u751f\\u6210" in page


def test_a_run_prints_the_address_and_a_line_for_the_model(chinese: RunningApp) -> None:
    """And nothing that a library says while it loads."""
    client = Client(chinese.address, verbose=False)
    client.predict("A lovely day", "sentiment-expert", api_name="/classify")
    lines = [line.strip() for line in chinese.output.read_text(encoding="utf-8").splitlines()]
    assert lines[0] == f"Show & Tell is at {chinese.address}"
    loaded = r"loaded Show & Tell sentiment expert \(bundled\) on .+ in [\d.]+ s"
    assert re.fullmatch(loaded, lines[1])
    assert len(lines) == 2, lines


def test_told_to_stop_it_tells_its_visitors_and_leaves_nothing(chinese: RunningApp) -> None:
    """Last of those that use this app: it is gone afterwards."""
    files = chinese.output.parent / "files"
    assert list(files.glob("run-*"))
    client = Client(chinese.address, verbose=False)
    story = client.submit("Tell me a long story", max_new_tokens=800, api_name="/generate")
    next(iter(story))  # it has begun
    chinese.process.terminate()
    chinese.process.wait(timeout=20)
    with pytest.raises(AppError, match="The server is stopping"):
        story.result(timeout=20)
    assert list(files.iterdir()) == []
    assert "Traceback" not in chinese.output.read_text(encoding="utf-8")


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
