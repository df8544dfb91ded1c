"""What a captioner says of a picture, in English and in Chinese, and how that is cut into words.

Both say the kind of picture first and the thing at the end, so that a second thing can follow: "a
drawing of a cat", "画的是猫".
"""

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from open_clip.zero_shot_metadata import IMAGENET_CLASSNAMES

from backend.models.captioner.vocabulary import longest_words
from training import chinese, classes
from training.captions import names_of
from training.data import Record

Said = list[tuple[str, str]]  # sentences, each with the English name of what it is about
# What drawings are called in Chinese that emojibase does not name, or names oddly. A dictionary
# would not do: it lists senses, and the first word that CC-CEDICT has for "mug" means to rob.
OURS = Path(__file__).with_name("drawings_chinese.csv")


@dataclass(frozen=True)
class CaptionLanguage:
    """How a language names things: of a pictogram, and of ImageNet's classes, "" for one without a
    name. `drawing` and `photograph` are what sentences begin with, `link` joins two things."""

    drawing: str
    photograph: str
    link: str
    is_spaced: bool
    of: Callable[[Record], Said]
    of_classes: list[str]
    cut: Callable[[str], list[str]]


def english() -> CaptionLanguage:
    """ "a drawing of a cat", "a photo of a cat"."""
    photographs = [with_article("photo of", name.lower()) for name in IMAGENET_CLASSNAMES]
    return CaptionLanguage(
        "a drawing of", "a photo of", "and", True, english_of, photographs, split
    )


def english_of(record: Record) -> Said:
    """What may be said of a pictogram."""
    names = names_of(record)[:2]
    if record.name.startswith("flag of"):
        return [(f"the {record.name}", names[0])]
    return [(with_article("drawing of", name), name) for name in names]


def with_article(kind: str, name: str) -> str:
    plural = name.endswith("s") and not name.endswith(("ss", "us"))
    article = "" if plural else "an " if name[0] in "aeiou" else "a "
    return f"a {kind} {article}{name}"


def split(sentence: str) -> list[str]:
    """Words and numbers; hyphens and apostrophes stay inside: "jack-o-lantern"."""
    return re.findall(r"[a-z0-9]+(?:[-'’][a-z0-9]+)*", sentence.lower())


def in_chinese(sources: Path) -> CaptionLanguage:
    """ "画的是猫", "照片里是猫", cut into the longest words that CC-CEDICT has."""
    known = dict.fromkeys(word for word, _ in chinese.dictionary(sources / "cedict"))
    known |= dict.fromkeys((DRAWING, PHOTOGRAPH, LINK))
    ours = names_of_drawings()

    def of(record: Record) -> Said:
        given = [text for text in record.chinese[:1] if chinese.HAN.search(text)]
        name = ours.get(record.name.lower(), given[0] if given else "")
        return [(_drawn(name), names_of(record)[0])] if name else []

    named = [names[0] if names else "" for names in classes.chinese_names(sources)]
    photographs = [PHOTOGRAPH + name if name else "" for name in named]
    numbers = {word: number for number, word in enumerate(known)}
    return CaptionLanguage(
        DRAWING, PHOTOGRAPH, LINK, False, of, photographs, lambda text: longest_words(text, numbers)
    )


def names_of_drawings() -> dict[str, str]:
    """The Chinese names that were written for this project, by the English ones."""
    with OURS.open(encoding="utf-8", newline="") as file:
        return {row["english"]: row["chinese"] for row in csv.DictReader(file)}


DRAWING, PHOTOGRAPH, LINK = "画的是", "照片里是", "和"


def _drawn(name: str) -> str:
    """ "旗: 中国" is a flag; of other names only characters, letters and digits are said."""
    flag = re.fullmatch(r"旗[:：] *(.+)", name)
    if flag:
        return f"{flag[1]}的旗帜"
    return DRAWING + "".join(filter(str.isalnum, name))
