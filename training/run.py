"""A training run with a time budget that resumes after a stop and logs its loss.

Knows nothing of models: a run holds anything with `state_dict`, saves it now and then, and counts
only time spent in steps, so that a laptop's sleep or a stopped process does not eat the budget.
"""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch

CHECKPOINT = "checkpoint.pt"
LONGEST_STEP = 5.0  # seconds; a longer one was a pause


class Run:
    """`for step in run:` goes on until `minutes` are spent; call `run.log(loss)` inside."""

    def __init__(self, folder: Path, minutes: float, parts: dict[str, Any], every: float = 120):
        self.folder, self.budget, self.parts, self.every = folder, minutes * 60, parts, every
        self.step, self.spent, self.saved = 0, 0.0, 0.0
        self.losses: list[float] = []
        folder.mkdir(parents=True, exist_ok=True)
        self._resume()

    @property
    def progress(self) -> float:
        """Share of the time budget that is spent, 0 to 1."""
        return min(1.0, self.spent / self.budget)

    def rate(self, peak: float, warm: int = 200, fall: float = 0.3) -> float:
        """A learning rate that warms up over `warm` steps and falls to zero in the last `fall`.

        Flat in between (Hägele et al. 2024), so that a resumed run may be given more minutes.
        """
        return peak * min(1.0, (self.step + 1) / warm, (1 - self.progress) / fall)

    def __iter__(self) -> Iterator[int]:
        while self.spent < self.budget:
            began = time.monotonic()
            yield self.step
            self.step += 1
            self.spent += min(time.monotonic() - began, LONGEST_STEP)
            if self.spent - self.saved > self.every:
                self.save()
        self.save()

    def log(self, loss: float, **more: float) -> None:
        """Collect a loss; every 200 steps the mean goes to the screen and to `log.jsonl`."""
        self.losses.append(loss)
        if len(self.losses) >= 200:
            mean = sum(self.losses) / len(self.losses)
            self.losses.clear()
            line = {
                "step": self.step + 1,
                "minutes": round(self.spent / 60, 2),
                "loss": round(mean, 5),
                **more,
            }
            print(json.dumps(line), flush=True)
            with (self.folder / "log.jsonl").open("a") as file:
                file.write(json.dumps(line) + "\n")

    def save(self) -> None:
        """Write the checkpoint beside the old one, then swap: a stop in between loses nothing."""
        state = {name: part.state_dict() for name, part in self.parts.items()}
        fresh = self.folder / "checkpoint.new"
        torch.save({"step": self.step, "spent": self.spent, "parts": state}, fresh)
        fresh.replace(self.folder / CHECKPOINT)
        self.saved = self.spent

    def _resume(self) -> None:
        path = self.folder / CHECKPOINT
        if not path.exists():
            return
        state = torch.load(path, weights_only=True)
        self.step, self.spent, self.saved = state["step"], state["spent"], state["spent"]
        for name, part in self.parts.items():
            part.load_state_dict(state["parts"][name])
        print(f"goes on from step {self.step}, {self.spent / 60:.1f} minutes in", flush=True)
