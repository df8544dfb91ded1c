"""Fetch, draw, deduplicate and split the pictures: `python -m training.data`.

Writes two files into the data folder: `pictures.npy`, uint8 [N, 224, 224, 4] (RGBA, not
premultiplied), and `records.jsonl`, one line per picture in the same order (see `Record`).
"""

import argparse
import io
import json
import multiprocessing
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from training.pictograms import Drawing, clipart_drawings, emoji_drawings, emoji_names
from training.sources import SOURCES, fetch

SIZE = 224  # pixels: what the image tower looks at; the painter scales down from here
HELD_OUT_STYLE = "fluent flat"  # never trained on: the second test


@dataclass(frozen=True)
class Record:
    """What is known of one picture; `part` is train, validation or test, by concept."""

    concept: str
    name: str
    keywords: list[str]
    chinese: list[str]
    style: str
    licence: str
    source: str
    sign: bool
    part: str


def collect(folder: Path) -> list[Drawing]:
    """All drawings of all sets, one per style and concept (Open Clip Art keeps up to three)."""
    folders = {source.name: fetch(source, folder) for source in SOURCES}
    sets = [source for source in SOURCES if source.style and source.client == "npm"]
    named = [folders[s.name] for s in sets if s.name in ("noto", "twemoji", "fluent-emoji-flat")]
    names = emoji_names(folders["emojibase-data"], named)
    drawings = [d for s in sets for d in emoji_drawings(s, folders[s.name], names)]
    clipart = next(s for s in SOURCES if s.name == "openclipart")
    vocabulary = english_words(folders["wordnet"])
    drawings += clipart_drawings(clipart, folders["openclipart"], vocabulary)
    return deduplicate(drawings)


def english_words(wordnet: Path) -> set[str]:
    """WordNet's single words in the forms that titles use, and a few short words."""
    indexes = sorted(wordnet.rglob("index.*"))
    lemmas = {line.split(" ", 1)[0] for path in indexes for line in path.read_text().splitlines()}
    plain = {lemma for lemma in lemmas if lemma.isascii() and lemma.isalpha() and len(lemma) > 1}
    plurals = {lemma + ending for lemma in plain for ending in ("s", "es", "ing", "ed")}
    return plain | plurals | {"with", "of", "and", "for", "to", "from", "without"}


def deduplicate(drawings: Iterable[Drawing], clipart_limit: int = 3) -> list[Drawing]:
    """Keep the first drawing of each style and concept, of clip art the first `clipart_limit`."""
    counts: dict[tuple[str, str], int] = {}
    kept, seen = [], set()
    for drawing in drawings:
        key = drawing.style, drawing.concept
        limit = clipart_limit if drawing.style == "clipart" else 1
        if counts.get(key, 0) < limit and drawing.svg not in seen:
            counts[key] = counts.get(key, 0) + 1
            seen.add(drawing.svg)
            kept.append(drawing)
    return kept


def draw(svg: str, size: int = SIZE) -> np.ndarray | None:
    """RGBA uint8 [size, size, 4], the drawing centred; None when it cannot be drawn or is empty."""
    import resvg_py

    try:
        png = resvg_py.svg_to_bytes(svg_string=svg, width=size, dpi=96, skip_system_fonts=True)
    except ValueError:  # malformed SVG: clip art of the early 2000s has a few
        return None
    picture = Image.open(io.BytesIO(bytes(png))).convert("RGBA")
    if picture.height > 4 * picture.width or picture.width > 4 * picture.height:
        return None
    picture.thumbnail((size, size), Image.Resampling.LANCZOS)
    square = Image.new("RGBA", (size, size), (255, 255, 255, 0))
    square.paste(picture, ((size - picture.width) // 2, (size - picture.height) // 2))
    pixels = np.asarray(square)
    return pixels if (pixels[..., 3] > 128).mean() > 0.01 else None


def record(drawing: Drawing) -> Record:
    """The drawing's line in `records.jsonl`."""
    return Record(drawing.concept, drawing.name, drawing.keywords, drawing.chinese, drawing.style,
                  drawing.licence, drawing.source, drawing.sign, drawing.part)  # fmt: skip


def write(drawings: list[Drawing], folder: Path) -> int:
    """Draw everything and write the two files; return how many pictures could be drawn."""
    folder.mkdir(parents=True, exist_ok=True)
    with multiprocessing.Pool() as pool:
        pictures = pool.map(draw, [drawing.svg for drawing in drawings], chunksize=32)
    kept = [(d, p) for d, p in zip(drawings, pictures, strict=True) if p is not None]
    shape = (len(kept), SIZE, SIZE, 4)
    out = np.lib.format.open_memmap(folder / "pictures.npy", "w+", np.uint8, shape)
    for row, (_, picture) in enumerate(kept):
        out[row] = picture
    out.flush()
    lines = [json.dumps(asdict(record(drawing)), ensure_ascii=False) for drawing, _ in kept]
    (folder / "records.jsonl").write_text("\n".join(lines) + "\n")
    return len(kept)


def load(folder: Path) -> tuple[np.ndarray, list[Record]]:
    """The pictures (memory-mapped) and their records; FileNotFoundError names the command."""
    if not (folder / "records.jsonl").exists():
        raise FileNotFoundError(f"no pictures in {folder}: run `python -m training.data` first")
    lines = (folder / "records.jsonl").read_text().splitlines()
    records = [Record(**json.loads(line)) for line in lines]
    return np.load(folder / "pictures.npy", mmap_mode="r"), records


def on_white(rgba: np.ndarray) -> np.ndarray:
    """RGB uint8 [..., 3] of RGBA pictures laid on white paper."""
    alpha = rgba[..., 3:].astype(np.float32) / 255
    return (rgba[..., :3] * alpha + 255 * (1 - alpha)).round().astype(np.uint8)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, default=Path("training/work"))
    options = parser.parse_args(arguments)
    drawings = collect(options.work / "sources")
    count = write(drawings, options.work / "data")
    print(f"{count} of {len(drawings)} drawings written to {options.work / 'data'}")


if __name__ == "__main__":
    main()
