"""A few dozen pictures made on the spot, in place of the fetched sets."""

from __future__ import annotations

import gzip
import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw
from safetensors.torch import save_file

from backend.models.painter.autoencoder import decoder, encoder
from training import data
from training.concepts import TEST, TRAIN, VALIDATION
from training.painter_data import RECIPES

SHAPES = {"circle": "圆", "square": "方", "triangle": "三角", "bar": "条"}
COLOURS = ("red", "green", "blue", "yellow", "purple")
STYLES = ("noto", "3d", data.HELD_OUT_STYLE)
SMALL_PAINTER = replace(RECIPES["cpu"], features=250, components=128, pairs=6, recoloured=1)


def draw(shape: str, colour: str) -> np.ndarray:
    """RGBA uint8 [224, 224, 4]: the shape on nothing."""
    picture = Image.new("RGBA", (224, 224), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    if shape == "circle":
        pen.ellipse((40, 40, 180, 180), fill=colour)
    elif shape == "triangle":
        pen.polygon([(110, 30), (30, 190), (190, 190)], fill=colour)
    else:
        pen.rectangle((40, 40, 180, 180) if shape == "square" else (20, 95, 200, 130), fill=colour)
    return np.asarray(picture)


def record(shape: str, colour: str, style: str) -> data.Record:
    name = f"{colour} {shape}"
    part = {"purple bar": TEST, "yellow bar": VALIDATION}.get(name, TRAIN)
    chinese = [SHAPES[shape]]
    return data.Record(
        name, name, [shape, "form"], chinese, style, "CC0-1.0", "made here", False, part
    )


@pytest.fixture(scope="session")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A training folder with 60 pictures of 20 concepts in 3 styles, and a small dictionary."""
    folder = tmp_path_factory.mktemp("work")
    (folder / "data").mkdir()
    kinds = [(shape, colour, style) for style in STYLES for shape in SHAPES for colour in COLOURS]
    np.save(folder / "data/pictures.npy", np.stack([draw(s, c) for s, c, _ in kinds]))
    lines = [json.dumps(asdict(record(*kind)), ensure_ascii=False) for kind in kinds]
    (folder / "data/records.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    _write_dictionary(folder / "sources/cedict")
    return folder


def _write_dictionary(folder: Path) -> None:
    folder.mkdir(parents=True)
    lines = [f"{word} {word} [x] /{shape}/" for shape, word in SHAPES.items()] * 4
    with gzip.open(folder / "cedict_small.txt.gz", "wt", encoding="utf-8") as file:
        file.write("\n".join(lines))


class Ticks:
    """Stands in for the module `time`: each look at the clock finds one second gone.

    A step of a training that looks before and after lasts one second, so minutes are steps:
    the same number on any machine.
    """

    now = 0.0

    def monotonic(self) -> float:
        self.now += 1.0
        return self.now


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> None:
    """A step takes one second."""
    monkeypatch.setattr("training.run.time", Ticks())
    monkeypatch.setattr("training.preview_decoder.time", Ticks())


@pytest.fixture(scope="session")
def taef2(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An autoencoder with random weights, saved as the published one is."""
    folder = tmp_path_factory.mktemp("taef2")
    torch.manual_seed(0)
    save_file(encoder(32).half().state_dict(), folder / "encoder.safetensors")
    save_file(decoder(32).half().state_dict(), folder / "decoder.safetensors")
    return folder


@pytest.fixture(scope="session")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the trained models are written; later tests find what earlier ones made."""
    return tmp_path_factory.mktemp("models")
