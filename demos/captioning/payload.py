"""A described picture as JSON text for the page's script; small, for it is sent for each token."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from backend.captioning.results import Described
from demos.captioning.strings import ON_STAGE
from demos.shared.colours import heat_style
from demos.shared.html import data_url, percent
from demos.shared.strings import say, unfilled

if TYPE_CHECKING:
    from backend.captioning.results import Alternative, Caption, Word

MAX_SIDE = 640  # pixels of the picture on the page
Json = dict[str, Any]


def stage_text(language: str, run: str, described: Described) -> str:
    """The captions so far. `run` identifies the run; maps and alternatives come at its end."""
    done = described.card is not None
    shows_picture = done or not described.captions
    stage = {
        "run": run,
        "done": done,
        "texts": {name: unfilled(language, f"captioning.{name}") for name in ON_STAGE},
        "picture": _picture(described) if shows_picture else None,
        "frame": described.frame,
        "captions": [_caption(language, caption, done) for caption in described.captions],
    }
    return json.dumps(stage, ensure_ascii=False)


def _picture(described: Described) -> str:
    return data_url(described.request.picture, max_side=MAX_SIDE)


def _caption(language: str, caption: Caption, done: bool) -> Json:
    return {
        "text": caption.text,
        "probability": percent(caption.probability),
        "words": [_word(language, word, done) for word in caption.words],
    }


def _word(language: str, word: Word, done: bool) -> Json:
    plain = {
        "text": word.text,
        "probability": percent(word.probability),
        "given": word.given,
        "style": heat_style(word.probability),
    }
    if not done:
        return plain
    alternatives = [_alternative(language, one) for one in word.alternatives]
    map_ = None if word.map is None else _map(word)
    return {**plain, "alternatives": alternatives, "map": map_}


def _alternative(language: str, alternative: Alternative) -> Json:
    return {
        "text": alternative.text or say(language, "captioning.ends"),
        "probability": percent(alternative.probability),
        "share": round(alternative.probability, 4),
    }


def _map(word: Word) -> Json:
    """A word's attribution map [rows, columns] as bytes, row by row: 255 is its largest share."""
    map_ = word.map
    assert map_ is not None
    most = float(map_.max())
    levels = (map_ / max(most, 1e-12) * 255).round().byte().flatten().tolist()
    return {
        "rows": map_.shape[0],
        "columns": map_.shape[1],
        "largest": percent(most),
        "share": round(most, 5),
        "data": base64.b64encode(bytes(levels)).decode("ascii"),
    }
