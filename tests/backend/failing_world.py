"""A hub with a large model, a machine with little memory, and what goes wrong in it."""

import json
import struct
from dataclasses import dataclass, field
from typing import Any

import pytest

from backend.models.sources import Hub
from tests.backend.fakes import GPU, Memory, performed, results, spec
from tests.hub import REPO, REVISION, FakeHub

MODEL, PROCESSOR = "model.safetensors", "preprocessor_config.json"


def safetensors(count=400):
    """A file with one tensor, written by hand: the length of a header, the header, the numbers."""
    numbers = struct.pack(f"<{count}f", *range(count))
    header = {"weight": {"dtype": "F32", "shape": [count], "data_offsets": [0, len(numbers)]}}
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + numbers


RIGHT = {
    "config.json": b'{"size": 400}',
    PROCESSOR: b'{"side": 8}',
    "tokenizer.json": b'{"model": {}}',
    MODEL: safetensors(),
}
SOURCE = Hub(REPO, revision=REVISION, download_bytes=2_000)
LARGE = spec("large", "gpu", source=SOURCE, memory_bytes=60)
SMALL = spec("small", memory_bytes=10)


@dataclass
class World:
    """A hub, a machine with 100 bytes on its GPU, and what goes wrong in it."""

    hub: FakeHub
    patch: pytest.MonkeyPatch
    memory: Memory = field(default_factory=lambda: Memory(100))
    at_load: BaseException | None = None
    in_run: BaseException | None = None
    cache: Any = None
    backend: Any = None

    def load(self, row, device):
        """As the app's loaders do: the configuration, the processor, the weights."""
        if row.id == "small":
            return self.memory.load(row, device)
        folder = row.source.fetch()
        if self.at_load is not None:
            raise self.at_load
        from safetensors.numpy import load_file

        size = json.loads((folder / "config.json").read_text())["size"]
        json.loads((folder / PROCESSOR).read_text())["side"]
        json.loads((folder / "tokenizer.json").read_text())["model"]
        weights = load_file(folder / MODEL)["weight"]
        if weights.shape != (size,):
            raise RuntimeError(f"size mismatch for weight: {weights.shape}")
        return self.memory.load(row, device)

    def work(self, model, run):
        """Two steps, of which the second can fail."""
        if model.device == GPU.kind and self.in_run is not None:
            yield "half"
            raise self.in_run
        yield f"{model.id} answers"

    def ask(self):
        """(the last result, why larger models were passed over)"""
        reasons = []

        def noted(model, run):
            reasons[:] = [str(fall) for fall in run.falls]
            yield from self.work(model, run)

        *_, last = results(performed(self.backend, noted))
        return last, " ".join(reasons)

    def folder(self):
        """Of the snapshot, downloaded."""
        return SOURCE.fetch()
