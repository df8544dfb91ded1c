"""A run keeps to its budget, saves, resumes, and logs."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from training.run import Run


@pytest.mark.usefixtures("ticking")
def test_a_run_ends_when_its_minutes_are_spent(tmp_path: Path) -> None:
    run = Run(tmp_path, 0.05, {})
    assert len(list(run)) == 3  # of a second each
    assert run.progress == 1.0
    assert (tmp_path / "checkpoint.pt").exists()


def test_a_resumed_run_has_its_weights_and_its_step(tmp_path: Path) -> None:
    first = torch.nn.Linear(2, 2)
    run = Run(tmp_path, 1, {"model": first})
    run.step, run.spent = 7, 30.0
    run.save()
    second = torch.nn.Linear(2, 2)
    again = Run(tmp_path, 1, {"model": second})
    assert (again.step, again.progress) == (7, 0.5)
    assert torch.equal(first.weight, second.weight)


def test_a_pause_does_not_eat_the_budget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SimpleNamespace(monotonic=iter([0.0, 3600.0, 3600.0, 3601.0]).__next__)
    run = Run(tmp_path, 1, {}, every=1e9)
    monkeypatch.setattr("training.run.time", clock)
    steps = iter(run)
    next(steps)
    next(steps)
    assert run.spent == 5.0


def test_the_rate_warms_up_and_falls_to_zero(tmp_path: Path) -> None:
    run = Run(tmp_path, 1, {})
    early = run.rate(1.0, warm=10)
    run.step = 10
    assert early < run.rate(1.0, warm=10) == 1.0
    run.spent = 60.0
    assert run.rate(1.0) == 0.0


def test_losses_are_logged_as_json_lines(tmp_path: Path) -> None:
    run = Run(tmp_path, 1, {})
    for _ in range(200):
        run.log(0.5)
    line = json.loads((tmp_path / "log.jsonl").read_text())
    assert line["loss"] == 0.5
