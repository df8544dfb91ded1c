"""A stand-in for a test set of photographs of ImageNet classes, which no package ships whole.

The wheel of foolbox (MIT) has 20 of ImageNet's own pictures, each with its class. Debian's
`tuxpaint-stamps-default` (GPL-2) has photographs cut out on nothing, each with a sentence. Those
whose sentence names an ImageNet class are questions too; others fill the gallery up to 200.
Cut-outs on white lack the surroundings that ImageNet's classifier likes. All are used for
measuring alone: no model learns from them. (The image search tab shows stamps as its gallery.)
"""

import re
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from training.gallery import STAMPS
from training.sources import Source, fetch

IMAGENET = Source("foolbox", "pip", "foolbox==3.3.4", "MIT",
                  "https://github.com/bethgelab/foolbox")  # fmt: skip
# Looked at one by one: drawings, silhouettes, or sentences that name something else.
UNFIT = {
    "albino_peahen", "bee", "echidna", "fly", "holiday_candle", "menorah", "pig_golden", "pizza",
    "rainbow-lorikeet", "rubberduck", "scream_balloon", "sombrero", "speech_balloon",
    "stocking", "stoplight_02_yellow", "stoplight_03_green", "t_baseballcap", "t_scarf", "t_sock",
    "thought_balloon", "walnutBoat", "wheel_tractor",
}  # fmt: skip


@dataclass(frozen=True)
class Photograph:
    """`name` is the ImageNet class, or None where the sentence names none."""

    picture: Image.Image
    name: str | None


def photographs(folder: Path, count: int = 200) -> list[Photograph]:
    """ImageNet's, then the named cut-outs, then others up to `count`; cut-outs are on white."""
    return [*_imagenet(folder), *_cutouts(folder, count)][:count]


def _imagenet(folder: Path) -> list[Photograph]:
    """The pictures of the wheel; a file's name ends in the number of its class."""
    from open_clip.zero_shot_metadata import IMAGENET_CLASSNAMES

    files = sorted(fetch(IMAGENET, folder).rglob("imagenet_*.jpg"))
    names = [IMAGENET_CLASSNAMES[int(file.stem.split("_")[-1])] for file in files]
    return [Photograph(Image.open(f).convert("RGB"), n) for f, n in zip(files, names, strict=True)]


def _cutouts(folder: Path, count: int) -> list[Photograph]:
    """The stamps: those that name a class first, of the others about `count`."""
    stamps = sorted(fetch(STAMPS, folder).rglob("stamps/**/*.png"))
    sentences = {path: _sentence(path) for path in stamps if "cartoon" not in path.parts}
    named = {
        path: _class_in(text) for path, text in sentences.items() if path.stem not in UNFIT and text
    }
    order = sorted(named, key=lambda path: (named[path] is None, path.as_posix()))
    nameless = [path for path in order if named[path] is None]
    chosen = [path for path in order if named[path]]
    chosen += nameless[:: max(1, len(nameless) // count)]
    return [Photograph(_square(path), named[path]) for path in chosen]


def _sentence(path: Path) -> str:
    text = path.with_suffix(".txt")
    first = text.read_text(errors="replace").splitlines()[0] if text.exists() else ""
    return " ".join(re.findall("[a-z]+", first.lower()))


def _class_in(sentence: str) -> str | None:
    """The first ImageNet class whose name, or its plural, the sentence has as whole words."""
    from open_clip.zero_shot_metadata import IMAGENET_CLASSNAMES

    padded = f" {sentence} "
    names = (
        name for name in IMAGENET_CLASSNAMES if re.search(f" {re.escape(name.lower())}s? ", padded)
    )
    return next(names, None)


def _square(path: Path) -> Image.Image:
    cutout = Image.open(path).convert("RGBA")
    side = max(cutout.size)
    paper = Image.new("RGBA", (side, side), "white")
    paper.alpha_composite(cutout, ((side - cutout.width) // 2, (side - cutout.height) // 2))
    return paper.convert("RGB")
