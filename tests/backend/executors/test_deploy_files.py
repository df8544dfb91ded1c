"""The manifest for Kubernetes is what this version of the app needs."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

import app
from backend.executors import ray_options

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def parts() -> dict[str, Any]:
    text = (ROOT / "deploy" / "kuberay.yaml").read_text(encoding="utf-8")
    return {part["kind"]: part for part in yaml.safe_load_all(text)}


def containers(part: Any) -> list[Any]:
    """All containers of a manifest, however deep."""
    if isinstance(part, dict):
        own = part.get("containers", [])
        return own + [one for value in part.values() for one in containers(value)]
    return [one for each in part for one in containers(each)] if isinstance(part, list) else []


def test_the_cluster_has_the_version_that_is_asked_for(parts: dict[str, Any]) -> None:
    floor = re.search(r"ray\[serve\]>=([\d.]+)", (ROOT / "requirements-serve.txt").read_text())
    assert floor and parts["RayCluster"]["spec"]["rayVersion"].startswith(floor[1])
    dev = (ROOT / "requirements-dev.txt").read_text()
    assert floor[0] in dev


def test_all_pods_have_one_image_and_a_limit(parts: dict[str, Any]) -> None:
    found = containers(list(parts.values()))
    assert len(found) == 3 and {one["image"] for one in found} == {"IMAGE"}
    assert all("memory" in one["resources"]["limits"] for one in found)


def test_the_page_is_started_with_options_that_there_are(parts: dict[str, Any]) -> None:
    (page,) = containers(parts["Deployment"])
    (shell,) = page["args"]
    given = shell.split("app.py ")[1].split()
    options = app.parser().parse_args(given)
    assert (options.engine, options.ray_address, options.ray_replicas) == ("ray", "auto", (1, 8))
    head = parts["RayCluster"]["metadata"]["name"]
    (token,) = [one["valueFrom"]["secretKeyRef"] for one in page["env"] if "valueFrom" in one]
    assert parts["RayCluster"]["spec"]["authOptions"] == {"mode": "token"} and token["name"] == head
    assert f"--address={head}-head-svc:6379" in shell


def test_the_service_finds_the_pods_and_keeps_a_visitor_with_one(parts: dict[str, Any]) -> None:
    service, template = parts["Service"]["spec"], parts["Deployment"]["spec"]["template"]
    assert service["selector"] == template["metadata"]["labels"]
    assert service["sessionAffinity"] == "ClientIP"
    ports = {port["name"] for port in template["spec"]["containers"][0]["ports"]}
    assert {port["targetPort"] for port in service["ports"]} <= ports


@pytest.mark.parametrize(
    "given",
    [
        ["--ray-replicas", "0"],
        ["--ray-replicas", "4-2"],
        ["--ray-replicas", "a-b"],
        ["--ray-gpus", "-1"],
        ["--ray-gpus", "1.5"],
        ["--engine", "spark"],
    ],
)
def test_a_wrong_option_is_one_line_and_code_2(
    given: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        app.parser().parse_args(given)
    assert ended.value.code == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_without_ray_the_engine_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    options = app.parser().parse_args(["--engine", "ray"])
    problem = ray_options.work_on_ray(None, options)  # type: ignore[arg-type]
    assert "pip install -r requirements-serve.txt" in problem


@pytest.mark.parametrize(
    "address", ["127.0.0.1:9", "127.0.0.1", "nowhere.invalid:6379", ":", "a:b"]
)
def test_a_cluster_that_is_not_there_is_a_sentence_at_once(address: str) -> None:
    options = app.parser().parse_args(["--engine", "ray", "--ray-address", address])
    problem = ray_options.work_on_ray(None, options)  # type: ignore[arg-type]
    if importlib.util.find_spec("ray"):
        assert problem.startswith(f"There is no cluster of Ray at {address}, or it wants another")
        assert "ray.init" not in problem and len(problem.splitlines()) == 1
