"""Do the maps of where a caption is seen lie on the thing? Measured by the stamps' own outlines.

The gallery's pictures are stamps on white, and each stamp says which of its pixels are there.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor
from torch.nn.functional import interpolate

from backend import gallery
from backend.models.search_encoder.model import SearchEncoder
from backend.models.search_encoder.regions import regions
from backend.models.search_encoder.tower import SIDE as SEEN
from backend.parts import finish
from backend.pictures import read_picture
from training.gallery import EDGE, SIDE, STAMPS
from training.sources import fetch


@dataclass(frozen=True)
class Pointed:
    """Shares over the gallery, 0 to 1; `chance` is the mean share of a picture that is thing."""

    brightest_on_thing: float
    mass_on_thing: float
    chance: float


def pointing(encoder: SearchEncoder, sources: Path, every: int = 1) -> Pointed:
    """Of every so many pictures, each with its own English caption."""
    outlines = _outlines(sources)
    found = []
    for entry in gallery.entries()[::every]:
        query = encoder.encode_texts([entry.english])[0]
        (cells,) = finish(regions(encoder, [read_picture(gallery.file_of(entry.key))], query))
        found.append((*on_thing(cells, outlines[entry.key]), outlines[entry.key].mean().item()))
    return Pointed(*torch.tensor(found).mean(0).tolist())


def on_thing(cells: Tensor, outline: Tensor) -> tuple[float, float]:
    """Whether most of the brightest cell is thing, and the share of the map's sum that lies on it;
    cells [S, S], outline [H, W] of zeros and ones."""
    most = interpolate(outline[None, None], size=cells.shape, mode="area")[0, 0]
    wide = interpolate(cells[None, None], size=outline.shape, mode="nearest")[0, 0]
    brightest = most.flatten()[cells.argmax()] > 0.5
    return float(brightest), float((wide * outline).sum() / wide.sum().clamp(min=1e-12))


def _outlines(sources: Path) -> dict[str, Tensor]:
    folder = fetch(STAMPS, sources) / "usr" / "share" / "tuxpaint" / "stamps"
    with (gallery.FOLDER / "captions.csv").open(encoding="utf-8", newline="") as file:
        return {row["picture"]: _outline(folder / row["stamp"]) for row in csv.DictReader(file)}


def _outline(path: Path) -> Tensor:
    """Which pixels of the gallery's picture are there, [224, 224]: as `training.gallery` fits it
    into its square, and as the encoder sees that."""
    with Image.open(path) as stamp:
        there = stamp.convert("RGBA").getchannel("A")
    cut = there.crop(there.point(lambda a: 255 * (a > 8)).getbbox())
    scale = (SIDE - 2 * EDGE) / max(cut.size)
    small = cut.resize([max(1, round(length * scale)) for length in cut.size])
    square = Image.new("L", (SIDE, SIDE))
    square.paste(small, ((SIDE - small.width) // 2, (SIDE - small.height) // 2))
    values = torch.frombuffer(bytearray(square.resize((SEEN, SEEN)).tobytes()), dtype=torch.uint8)
    return (values > 127).view(SEEN, SEEN).float()
