"""What ImageNet's classes are called, in English and Chinese, and which classes any thing is like.

There is no photograph to learn from; but WordNet says that a lark is a songbird, as are some of
ImageNet's classes, so a photograph of one will look like those to a classifier.
"""

import csv
import json
import re
from dataclasses import dataclass
from pathlib import Path

from timm.data import ImageNetInfo

from training.sources import IMAGENET_CHINESE, fetch

MAX_CLASSES = 8  # a thing like more of them than that is nothing in particular
MAX_LEMMAS = 2  # of an ImageNet class; of others the first
OURS = Path(__file__).with_name("classes_chinese.csv")  # names that the package has wrong, or badly


@dataclass(frozen=True)
class Thing:
    """What it is called, and the numbers of the ImageNet classes it looks like."""

    english: tuple[str, ...]
    classes: tuple[int, ...]


def things(wordnet: Path, subset: str = "imagenet-12k") -> list[Thing]:
    """The synsets of a larger ImageNet that are like some of the 1,000 classes."""
    parents = hypernyms(next(wordnet.rglob("data.noun")))
    own, info = ImageNetInfo().label_names(), ImageNetInfo(subset)
    below = classes_below(parents, own)
    found = []
    for synset in dict.fromkeys([*own, *info.label_names()]):
        classes = like(synset, parents, below)
        if classes:
            lemmas = info.label_name_to_description(synset, detailed=False).split(", ")
            kept = MAX_LEMMAS if synset in own else 1
            found.append(Thing(tuple(lemmas[:kept]), classes))
    return found


def chinese_names(sources: Path) -> list[tuple[str, ...]]:
    """What each of the 1,000 classes is called in Chinese, the usual name first."""
    file = fetch(IMAGENET_CHINESE, sources) / "package" / "src" / "misc" / "zh.json"
    names = json.loads(file.read_text(encoding="utf-8"))
    with OURS.open(encoding="utf-8", newline="") as ours:
        names |= {row["class"]: row["chinese"] for row in csv.DictReader(ours)}
    return [_names_in(names[str(number)]) for number in range(len(names))]


def _names_in(text: str) -> tuple[str, ...]:
    """ "鸢（猛禽）" -> ("鸢",); several names stand between commas."""
    parts = re.split("[,，]", re.sub(r"[（(].*?[)）]", "", text))
    return tuple(part.strip() for part in parts if part.strip())


def hypernyms(file: Path) -> dict[str, str]:
    """Of each synset ("n01440764") the one above it: WordNet's first "@" pointer."""
    above = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        fields = line.partition(" | ")[0].split()
        if line.startswith(" ") or "@" not in fields:
            continue
        above["n" + fields[0]] = "n" + fields[fields.index("@") + 1]
    return above


def classes_below(parents: dict[str, str], labels: list[str]) -> dict[str, tuple[int, ...]]:
    """Of each synset the numbers of the classes that are it or a kind of it."""
    below: dict[str, tuple[int, ...]] = {}
    for number, label in enumerate(labels):
        synset: str | None = label
        while synset:
            below[synset] = (*below.get(synset, ()), number)
            synset = parents.get(synset)
    return below


def like(
    synset: str, parents: dict[str, str], below: dict[str, tuple[int, ...]]
) -> tuple[int, ...]:
    """The classes below a synset, or below the nearest above it that has any; () for too many."""
    place: str | None = synset
    while place and place not in below:
        place = parents.get(place)
    classes = below.get(place, ()) if place else ()
    return classes if len(classes) <= MAX_CLASSES else ()
