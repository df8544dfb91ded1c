"""Reads the fetched sets into drawings: an SVG text with its names, style, licence and source.

Emoji sets come from Iconify's JSON, their names and keywords from emojibase (English and Chinese).
Open Clip Art carries its titles and keywords in each SVG's own metadata.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from training.concepts import TRAIN, concept_of, part_of, words
from training.sources import Source

# Signs that nobody can read without having learnt them: a test on an unseen flag would test luck.
SIGN_GROUPS = (8, 9)  # emojibase: symbols, flags
NOISE = re.compile(
    r"shapes/(stars|jigsaw|flowchart|arrows|callouts)|special/|computer/(icons|buttons)|/flags|cards|"
    r"/led|map_symbols|clocks|semaphore|aiga|roadsigns|unsorted|geography|stickmen|decorations"
)
TITLE_NOISE = {
    "svg", "clip", "art", "clipart", "cliparts", "by", "nicu", "buculei", "ganson", "aj", "a",
    "the", "b", "w", "and", "various", "contour", "iconset", "etiquette", "icons",
}  # fmt: skip
UNFIT = {
    "sexy",
    "babe",
    "nude",
    "naked",
    "bikini",
    "bra",
    "gun",
    "bomb",
    "nazi",
}  # not for a classroom
NO_KEYWORDS = {"hash", "unsorted", "signs_and_symbols", "menu", "clip_art", "geography"}
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'viewBox="0 0 {width} {height}" width="{width}" height="{height}">{body}</svg>'
)
LARGEST_SVG = 200_000  # bytes; larger ones take seconds to draw and are mostly traced photographs


@dataclass(frozen=True)
class Drawing:
    """A picture before it is drawn, with all that may be said about it."""

    svg: str
    name: str
    style: str
    licence: str
    source: str
    keywords: list[str] = field(default_factory=list)
    chinese: list[str] = field(default_factory=list)
    sign: bool = False

    @property
    def concept(self) -> str:
        return concept_of(self.name)

    @property
    def part(self) -> str:
        return TRAIN if self.sign else part_of(self.concept)


def emoji_drawings(source: Source, folder: Path, names: dict[str, dict]) -> Iterator[Drawing]:
    """Drawings of one Iconify set whose icon names emojibase knows; skin tones fall out by name."""
    icons = json.loads((folder / "package/icons.json").read_text())
    size = icons.get("width", 16), icons.get("height", 16)
    for icon, content in icons["icons"].items():
        entry = names.get(icon)
        if entry is None:
            continue
        width, height = content.get("width", size[0]), content.get("height", size[1])
        svg = SVG.format(width=width, height=height, body=content["body"])
        yield Drawing(svg, entry["name"], source.style, source.licence, f"{source.package}/{icon}",
                      entry["keywords"], entry["chinese"], entry["sign"])  # fmt: skip


def emoji_names(emojibase: Path, iconify: list[Path]) -> dict[str, dict]:
    """Icon name -> English name, keywords, Chinese name and keywords; gendered doubles left out."""
    english = _emojibase(emojibase, "en")
    chinese = _emojibase(emojibase, "zh")
    by_code = {code: _entry(entry, chinese[code]) for code, entry in english.items()
               if "gender" not in entry and "group" in entry}  # fmt: skip
    by_name = {
        _slug(entry["label"]): by_code[code] for code, entry in english.items() if code in by_code
    }
    for folder in iconify:
        characters = json.loads((folder / "package/chars.json").read_text())
        for code, icon in characters.items():
            if code in by_code:
                by_name.setdefault(icon, by_code[code])
    return by_name


def _emojibase(folder: Path, language: str) -> dict[str, dict]:
    entries = json.loads((folder / f"package/{language}/data.json").read_text())
    return {entry["hexcode"].lower().replace("-fe0f", ""): entry for entry in entries}


def _entry(english: dict, chinese: dict) -> dict:
    return {
        "name": english["label"].replace("flag: ", "flag of "),
        "keywords": english.get("tags", []),
        "chinese": [chinese["label"], *chinese.get("tags", [])],
        "sign": english["group"] in SIGN_GROUPS,
    }


def _slug(label: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-")


def clipart_drawings(source: Source, folder: Path, vocabulary: set[str]) -> Iterator[Drawing]:
    """Open Clip Art's drawings with an English title; noise is left out.

    Noise: themes of computer icons, patterns, playing cards and the like, and titles with a word
    that is not in `vocabulary` (other languages, misspellings, authors' names).
    """
    for path in sorted(folder.rglob("*.svg")):
        if NOISE.search(path.as_posix()) or path.stat().st_size > LARGEST_SVG:
            continue
        svg = path.read_text(errors="replace")
        title = _title(svg)
        fit = UNFIT.isdisjoint(title) and vocabulary.issuperset(title)
        if not (fit and 1 <= len(title) <= 4):
            continue
        keywords = [word.replace("_", " ") for word in _keywords(svg)
                    if word not in NO_KEYWORDS and vocabulary.issuperset(words(word))]  # fmt: skip
        place = path.relative_to(next(p for p in path.parents if p.name == "svg")).as_posix()
        yield Drawing(svg, " ".join(title), source.style, source.licence,
                      f"{source.package}/{place}", keywords)  # fmt: skip


def _title(svg: str) -> list[str]:
    found = re.search(r"<dc:title>([^<]+)</dc:title>", svg)
    kept = [word for word in words(found.group(1) if found else "") if word not in TITLE_NOISE]
    return kept if len(" ".join(kept)) >= 3 else []


def _keywords(svg: str) -> list[str]:
    subject = re.search(r"<dc:subject>(.*?)</dc:subject>", svg, re.DOTALL)
    return re.findall(r"<rdf:li>([^<]{3,30})</rdf:li>", subject.group(1)) if subject else []
