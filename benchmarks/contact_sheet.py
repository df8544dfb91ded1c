"""Draws 40 prompts in every style onto one picture: `python -m benchmarks.contact_sheet`.

The sheet in the painter's card. Prompts and seed are fixed; nothing is picked by hand.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from PIL import Image, ImageDraw

from backend.models import painter as painters
from backend.models.painter.pipeline import PainterPipeline

PROMPTS = (
    "red heart", "pizza", "rocket", "cat face", "tree", "fish", "house", "strawberry", "robot",
    "watermelon", "guitar", "dragon", "crying face", "snowman", "bicycle", "airplane", "sun",
    "moon", "rainbow", "mushroom", "penguin", "octopus", "elephant", "butterfly", "banana",
    "hamburger",
    "birthday cake", "crown", "key", "umbrella", "yellow star", "hot coffee", "blue car",
    "a green apple", "a purple flower", "a smiling dog", "a boat on the sea", "a happy ghost",
    "a pink balloon", "an orange cat",
)  # fmt: skip
CELL, LABEL, COLUMNS = 96, 14, 8


def sheet(painter: PainterPipeline, prompts: tuple[str, ...], seed: int = 0) -> Image.Image:
    """Every prompt in every style: one block of cells each, with the prompt below."""
    styles = painter.transformer.styles
    drawn = [_draw(painter, prompts, style, seed) for style in styles]
    rows = -(-len(prompts) // COLUMNS)
    block = CELL * len(styles) + LABEL
    whole = Image.new("RGB", (COLUMNS * CELL, rows * block), "white")
    pen = ImageDraw.Draw(whole)
    for place, prompt in enumerate(prompts):
        left, top = place % COLUMNS * CELL, place // COLUMNS * block
        for line, pictures in enumerate(drawn):
            picture = pictures[place].resize((CELL, CELL), Image.Resampling.BICUBIC)
            whole.paste(picture, (left, top + line * CELL))
        pen.text((left + 3, top + block - LABEL + 1), prompt, fill="black")
    return whole


def _draw(
    painter: PainterPipeline, prompts: tuple[str, ...], style: str, seed: int
) -> list[Image.Image]:
    generator = torch.Generator().manual_seed(seed)
    return painter(list(prompts), style=style, generator=generator).images


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--painter", type=Path, default=Path("assets/models/painter"))
    parser.add_argument("--out", type=Path, default=Path("assets/models/painter/contact-sheet.jpg"))
    given = parser.parse_args()
    painter = painters.load(given.painter)
    painter.set_progress_bar_config(disable=True)
    sheet(painter, PROMPTS).save(given.out, quality=88)
    print(f"saved to {given.out}")


if __name__ == "__main__":
    main()
