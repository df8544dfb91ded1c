"""What may be said about a picture: its name, synonyms, keywords, colours, in simple phrases.

A model that has only read "sport utility vehicle" does not know "blue car"; these captions teach
it.
"""

import colorsys
import re

import numpy as np

from training.concepts import words
from training.data import Record

PHRASES = ("{}", "a {}", "a picture of a {}", "a drawing of a {}", "the {}", "an emoji of a {}")
COLOURS = (
    "red",
    "orange",
    "yellow",
    "green",
    "blue",
    "purple",
    "pink",
    "brown",
    "black",
    "white",
    "gray",
)
CHINESE_COLOURS = dict(
    zip(COLOURS, ("红", "橙", "黄", "绿", "蓝", "紫", "粉", "棕", "黑", "白", "灰"), strict=True)
)
DOMINANT = 0.45  # share of the drawn pixels that makes a colour worth naming


def names_of(record: Record) -> list[str]:
    """The name and its plain variants: "cat face" is also "cat"; "sun with face", "sun"."""
    plain = re.sub(r"[“”’'.!]", "", record.name).lower()
    plain = re.sub(r"[:,()-]+ *", " ", plain).strip()
    short = re.sub(r"^(person|man|woman)\s+(?=\w+ing)|\b(face|symbol)$", "", plain).strip()
    head = plain.split(" with ")[0].strip()
    return list(dict.fromkeys(name for name in (plain, short, head) if len(name) > 1))


def keywords_of(record: Record, common: set[str]) -> list[str]:
    """Keywords that tell this picture from others: not in `common`, plain words of some length."""
    own = [word.lower() for word in record.keywords]
    return [word for word in own if word not in common and re.fullmatch(r"[a-z][a-z ]{2,}", word)]


def common_keywords(records: list[Record], share: float = 0.012) -> set[str]:
    """Keywords on more than `share` of all concepts ("face"): too wide to name one picture."""
    concepts = {record.concept: set(record.keywords) for record in records}
    counts: dict[str, int] = {}
    for keywords in concepts.values():
        for word in keywords:
            counts[word.lower()] = counts.get(word.lower(), 0) + 1
    return {word for word, count in counts.items() if count > share * len(concepts)}


def colour_of(rgba: np.ndarray) -> str | None:
    """The colour that covers most of what is drawn, uint8 [H, W, 4]; None if mixed."""
    small = rgba[::4, ::4].reshape(-1, 4)
    drawn = small[small[:, 3] > 200][:, :3] / 255.0
    if len(drawn) == 0:
        return None
    seen = [colour_name(*pixel) for pixel in drawn[:: max(1, len(drawn) // 300)]]
    best = max(set(seen), key=seen.count)
    return best if seen.count(best) >= DOMINANT * len(seen) else None


def colour_name(red: float, green: float, blue: float) -> str:
    """What a colour is called, of parts from 0 to 1."""
    hue, saturation, value = colorsys.rgb_to_hsv(red, green, blue)
    if value < 0.25:
        return "black"
    if saturation < 0.15:
        return "white" if value > 0.88 else "gray"
    degrees = hue * 360
    if degrees < 15 or degrees >= 345:
        return "pink" if saturation < 0.45 and value > 0.8 else "red"
    if degrees < 40:
        return "brown" if value < 0.7 else "orange"
    bounds = ((68, "yellow"), (165, "green"), (255, "blue"), (300, "purple"), (345, "pink"))
    return next(name for bound, name in bounds if degrees < bound)


def captions_of(record: Record, colour: str | None, common: set[str]) -> list[tuple[str, float]]:
    """Captions with their weights: names most, then coloured names, then keywords."""
    names = names_of(record)
    said = [(name, 4.0 if place == 0 else 1.5) for place, name in enumerate(names)]
    said += [(phrase.format(names[-1]), 0.5) for phrase in PHRASES[1:]]
    if colour and colour not in words(record.name):
        said += [(f"{colour} {names[-1]}", 1.0), (f"a {colour} {names[-1]}", 0.7)]
    keywords = keywords_of(record, common)
    said += [(word, 2.0 / len(keywords)) for word in keywords]
    if colour:
        said += [
            (f"{colour} {word}", 0.7 / len(keywords)) for word in keywords if word not in COLOURS
        ]
    return said
