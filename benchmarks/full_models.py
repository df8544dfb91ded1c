"""The large rows in their full shape with random weights, on the best device there is; and, for a
rehearsal on a CPU, tiny models of the same kinds in their place.

The checkpoints are those of tests/backend/models/full_checkpoints.py: zeros in sparse files, which
each row's own loader reads; then the weights are drawn, for zeros would flatter a GPU's clock.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from backend import Backend
from backend.device import Device, cpu, find_gpu
from backend.models.pool import Pool
from backend.models.registry import MODELS, ModelSpec, named
from tests.backend.fakes import FakeSource
from tests.backend.models.full_checkpoints import FAMILIES

ROWS = {row.id: row for row in MODELS}
SPREAD = 0.02  # the standard deviation that most of these networks start with


@dataclass(frozen=True)
class Bench:
    """Where models are loaded: a folder for their files, the device, and whether they are tiny."""

    folder: Path
    device: Device
    is_tiny: bool

    def row(self, model_id: str) -> ModelSpec:
        """The registry's row, with its weights in this bench's folder."""
        row, folder = ROWS[model_id], self.folder / model_id
        if not folder.exists():
            folder.mkdir()
            save = TINY[row.task] if self.is_tiny else FAMILIES[row.loader].save
            save(row, folder)
            if row.task == "generation":
                save_words(folder)
        return replace(row, source=FakeSource(path=folder), preview_decoder="")

    def backend(self, model_id: str) -> Backend:
        """The app's own, with that row alone, always on the bench's device."""
        pool = Pool(load=self.load, free=lambda _: 2**60)
        device = self.device
        return Backend(
            models=(self.row(model_id),), pool=pool, device_for=lambda _: device,
            has_gpu=lambda: True,
        )  # fmt: skip

    def load(self, row: ModelSpec, device: Device) -> Any:
        """What the row's own loader makes of it, with drawn weights."""
        dtype = row.dtype or device.dtype
        loaded = named(row.loader)(row, replace(device, dtype=dtype))
        draw(FAMILIES[row.loader].network(loaded))
        return loaded


def bench(folder: Path, rehearse: bool) -> Bench:
    """On the first GPU, or with tiny models on the CPU. SystemExit without a GPU."""
    gpu = None if rehearse else find_gpu()
    if gpu is None and not rehearse:
        raise SystemExit("There is no GPU here; --rehearse runs tiny models on the CPU.")
    return Bench(folder, gpu or replace(cpu("device_cpu_no_gpu"), dtype="float32"), rehearse)


def draw(networks: list[Any]) -> None:
    """Random weights in place of what was read; norms stay one, so that nothing overflows."""
    import torch

    torch.manual_seed(0)
    with torch.inference_mode():
        for network in networks:
            for weight in network.parameters():
                if weight.dim() > 1:
                    weight.normal_(std=SPREAD)
                elif weight.dim() == 1 and not weight.any():
                    weight.fill_(1.0)


def save_words(folder: Path) -> None:
    """A tokenizer with a word for each id that the model can write."""
    import json

    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    count = json.loads((folder / "config.json").read_text())["vocab_size"]
    words = {f"w{number}": number for number in range(count)}
    made = Tokenizer(models.WordLevel(words, unk_token="w0"))
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    PreTrainedTokenizerFast(tokenizer_object=made, unk_token="w0").save_pretrained(folder)


def _tiny_text(row: ModelSpec, folder: Path) -> None:
    from tests.backend.attention.models import save_qwen3

    save_qwen3(folder)


def _tiny_picture(row: ModelSpec, folder: Path) -> None:
    from tests.backend.text_to_image.pipelines import save_flow, save_stable

    (save_flow if row.id.startswith("flux") else save_stable)(folder)


def _tiny_caption(row: ModelSpec, folder: Path) -> None:
    from tests.backend.captioning.tiny_vlm import save_tiny_vlm

    save_tiny_vlm(folder)


def _tiny_search(row: ModelSpec, folder: Path) -> None:
    from tests.backend.models.conftest import save_tiny_clip

    save_tiny_clip(folder)


TINY: dict[str, Callable[[ModelSpec, Path], None]] = {
    "generation": _tiny_text,
    "text_to_image": _tiny_picture,
    "captioning": _tiny_caption,
    "image_search": _tiny_search,
}
