"""What a visitor may ask of a caption model: one table of options, and one checked request."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backend import gallery
from backend.errors import InputError
from backend.languages import is_chinese
from backend.options import SEED, ChoiceOption, NumberOption, Option, check_options, with_seed
from backend.pictures import read_picture
from backend.text import clean_text

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_SENTENCE = 300  # characters of a question, a prefix or the visitor's own sentence
MAX_FILES = 2000  # of a batch; those inside ZIPs do not count

OPTIONS: dict[str, Option] = {
    option.name: option
    for option in (
        ChoiceOption("strategy", "greedy", ("greedy", "beam", "sample")),
        ChoiceOption("length", "short", ("short", "detailed")),
        NumberOption("candidates", 3, 1, 8, 1, whole=True),
        NumberOption("temperature", 1.0, 0.1, 2.0, 0.1),
        NumberOption("top_p", 0.9, 0.1, 1.0, 0.05),
        SEED,
    )
}
LANGUAGE = ChoiceOption("language", "en", ("en", "zh"))  # that is asked for
ROUNDS = NumberOption("rounds", 3, 1, 5, 1, whole=True)  # of a round trip
Paths = list[tuple[str, Path]]  # uploads: the visitor's name of each, and where it lies


@dataclass(frozen=True)
class CaptionRequest:
    """A checked request."""

    picture: Image
    prefix: str = ""  # words that the caption begins with
    question: str = ""  # the caption is the answer to it
    prefix_tokens: tuple[int, ...] = ()  # after `prefix`: the beginning of another caption
    strategy: str = "greedy"
    length: str = "short"
    candidates: int = 3  # beams or samples; greedy decoding makes one
    temperature: float = 1.0
    top_p: float = 0.9
    seed: int = 0
    is_seeded: bool = True  # whether the visitor chose the seed; it was drawn otherwise
    language: str = "en"  # of the caption, where the model speaks it
    example: str = ""  # the picture's name, where it is of the gallery; else it is a visitor's own

    @property
    def is_for_all(self) -> bool:
        """Whether others who ask the same may be given the same answer: not about a visitor's own
        picture, nor where a seed was drawn."""
        return bool(self.example) and (self.is_seeded or self.strategy != "sample")

    @property
    def as_asked(self) -> dict[str, Any]:
        """The request by field, with the picture's name in its place, and no seed that is not
        used."""
        unused = {"picture", *(("seed", "is_seeded") if self.strategy != "sample" else ())}
        return {name: value for name, value in vars(self).items() if name not in unused}


def check_request(
    picture: object, prefix: object = "", question: object = "", **given: Any
) -> CaptionRequest:
    """A CaptionRequest from outside values; InputError names the first bad one.

    `picture` is a path. Options that are not given take their defaults; a seed is drawn. A caption
    goes on in the language that it begins in, whichever is asked for.
    """
    if not picture:
        raise InputError("no_picture")
    language = given.pop("language", LANGUAGE.default)
    values = with_seed(check_options(OPTIONS, given))
    words, asked = check_sentence(prefix, "prefix"), check_sentence(question, "question")
    path = Path(str(picture))
    return CaptionRequest(
        read_picture(path),
        words,
        asked,
        language=language_after(words, language),
        example=gallery.name_of(path),
        **values,
    )


def language_after(prefix: str, language: object) -> str:
    """The language of a caption that begins with these words; that which is asked for, where they
    have no letter."""
    asked = LANGUAGE.check(language)
    if not any(map(str.isalpha, prefix)):
        return asked
    return "zh" if is_chinese(prefix) else "en"


def check_sentence(value: object, name: str) -> str:
    """One line of at most MAX_SENTENCE characters; it may be empty."""
    text = " ".join(clean_text(value or "", name)[0].split())
    if len(text) > MAX_SENTENCE:
        raise InputError("too_many_characters", count=len(text), limit=MAX_SENTENCE)
    return text


def check_files(files: Paths) -> Paths:
    """The files of a batch; InputError where there are none, or too many."""
    if not files:
        raise InputError("no_pictures")
    if len(files) > MAX_FILES:
        raise InputError("too_many_pictures", count=len(files), limit=MAX_FILES)
    return files
