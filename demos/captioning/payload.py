"""What travels to the browser for a described picture: plain JSON values, small."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from backend.captioning.service import Described
from demos.captioning import strings as texts
from demos.shared.colours import heat, text_on_heat
from demos.shared.html import data_url, percent
from demos.shared.strings import say, unfilled

if TYPE_CHECKING:
    from PIL.Image import Image

    from backend.captioning.words import Caption, Rival, Word

SEEN = 640  # pixels on the longer side of the picture on the page
Json = dict[str, Any]


def stage_of(language: str, run: str, told: Described) -> Json:
    """The captions so far; looks and rivals come with the finished ones."""
    done = told.card is not None
    return {
        "run": run,
        "done": done,
        "texts": {name: unfilled(language, f"captioning.{name}") for name in texts.ON_STAGE},
        "picture": picture_data(told.request.picture) if done or len(told.captions) == 0 else None,
        "frame": told.frame,
        "captions": [_caption(language, caption, done) for caption in told.captions],
    }


def picture_data(picture: Image, side: int = SEEN) -> str:
    """A picture as a data address."""
    return data_url(picture, max_side=side)


def _caption(language: str, caption: Caption, done: bool) -> Json:
    return {
        "text": caption.text,
        "chance": percent(caption.chance),
        "words": [_word(language, word, done) for word in caption.words],
    }


def _word(language: str, word: Word, done: bool) -> Json:
    plain = {
        "text": word.text,
        "chance": percent(word.chance),
        "given": word.given,
        "back": heat(word.chance),
        "ink": text_on_heat(word.chance),
    }
    if not done:
        return plain
    rivals = [_rival(language, rival) for rival in word.rivals]
    return {**plain, "rivals": rivals, "look": None if word.look is None else _look(word.look)}


def _rival(language: str, rival: Rival) -> Json:
    return {
        "text": rival.text or say(language, "captioning.ends"),
        "chance": percent(rival.chance),
        "share": round(rival.chance, 4),
    }


def _look(look: Any) -> Json:
    """The map as bytes over its largest share, row by row."""
    most = float(look.max())
    levels = (look / max(most, 1e-12) * 255).round().byte().flatten().tolist()
    return {
        "rows": look.shape[0],
        "columns": look.shape[1],
        "most": percent(most),
        "share": round(most, 5),
        "data": base64.b64encode(bytes(levels)).decode("ascii"),
    }
