"""Makes the gallery of the image search tab: python -m training.gallery

Debian's `tuxpaint-stamps-default` has photographs and drawings with a sentence in dozens of
languages. Each fills a white square of 256 pixels, with its English and Chinese sentence.
Letters, digits and mirrored doubles are left out: nobody would search for them.
"""

import argparse
import csv
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from backend.pictures import as_square, on_white
from training.sources import Source, fetch

STAMPS = Source("photographs", "apt-get", "tuxpaint-stamps-default", "GPL-2.0-only",
                "https://tuxpaint.org")  # fmt: skip
OURS = Path(__file__).with_name("gallery_chinese.csv")  # sentences that it lacks or has wrong
TARGET = Path(__file__).resolve().parents[1] / "assets" / "gallery"
LEFT_OUT = ("symbols/alphabets/", "symbols/math/")
SIDE, EDGE, QUALITY = 256, 8, 82  # pixels, pixels; WebP's


@dataclass(frozen=True)
class Stamp:
    """One picture of the package: its place below stamps/ less the suffix, and its sentences."""

    place: str
    path: Path
    english: str
    chinese: str

    @property
    def name(self) -> str:
        return self.place.replace("/", "-").lower()


def stamps(folder: Path) -> Iterator[Stamp]:
    """The stamps below `folder` that have both sentences, in the order of their places."""
    with OURS.open(encoding="utf-8", newline="") as file:
        ours = {row["picture"]: row["chinese"] for row in csv.DictReader(file)}
    for path in sorted(folder.rglob("*.png")):
        place = path.relative_to(folder).with_suffix("").as_posix()
        sentences = _sentences(path.with_suffix(".txt"))
        english = sentences.get("", "")
        chinese = ours.get(place) or sentences.get("zh_CN", "")
        if english and chinese and not place.startswith(LEFT_OUT):
            yield Stamp(place, path, english, chinese)


def _sentences(path: Path) -> dict[str, str]:
    """By language ("" is English): the first line, then lines such as "zh_CN.utf8=..."."""
    if not path.exists():
        return {}
    first, *others = path.read_text(encoding="utf-8", errors="replace").splitlines() or [""]
    named = dict(line.split("=", 1) for line in others if "=" in line)
    return {"": first.strip()} | {key.split(".")[0]: text.strip() for key, text in named.items()}


def picture(path: Path) -> Image.Image:
    """The stamp without its empty margins, filling a white square but for a small edge."""
    with Image.open(path) as stamp:
        whole = stamp.convert("RGBA")
    cut = whole.crop(whole.getchannel("A").point(lambda a: 255 * (a > 8)).getbbox())
    scale = (SIDE - 2 * EDGE) / max(cut.size)
    size = tuple(max(1, round(length * scale)) for length in cut.size)
    small = cut.resize(size, Image.Resampling.LANCZOS)
    return as_square(on_white(small), SIDE)


def make(folder: Path, target: Path) -> int:
    """Write the pictures and captions.csv; how many there are."""
    chosen = list(stamps(folder))
    shutil.rmtree(target / "pictures", ignore_errors=True)
    (target / "pictures").mkdir(parents=True)
    with (target / "captions.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["picture", "english", "chinese", "stamp"])
        for stamp in chosen:
            file_name = f"{stamp.name}.webp"
            picture(stamp.path).save(target / "pictures" / file_name, quality=QUALITY, method=6)
            table.writerow([file_name, stamp.english, stamp.chinese, f"{stamp.place}.png"])
    return len(chosen)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, default=Path("training/work/gallery"))
    options = parser.parse_args()
    folder = fetch(STAMPS, options.work) / "usr" / "share" / "tuxpaint" / "stamps"
    print(f"{make(folder, TARGET)} pictures in {TARGET}")


if __name__ == "__main__":
    main()
