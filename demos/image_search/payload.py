"""What the page's scripts are sent: the map's pictures and words."""

from __future__ import annotations

from typing import Any

from backend.image_search.results import PictureMap
from backend.image_search.service import ImageSearch
from backend.image_search.sprite_sheet import MAX_TILES
from demos.image_search import pictures
from demos.shared.html import data_url, percent
from demos.shared.strings import say

Json = dict[str, Any]


def map_payload(language: str, service: ImageSearch, drawn: PictureMap) -> Json:
    """The sprite sheet of at most MAX_TILES pictures, their places from 0 to 1, the words' places.

    Raises KeyError if a picture was removed meanwhile.
    """
    scope = drawn.scope
    step = -(-len(drawn.index) // MAX_TILES)
    entries, places = drawn.index.entries[::step], drawn.places[::step]
    sheet = service.sprite_sheet(scope, entries)
    low = places.min(0)
    size = (places.max(0) - low).clip(1e-9)
    is_gallery = scope.store is None
    return {
        "sprite_sheet": data_url(sheet.webp, "webp"),
        "tile_side": sheet.tile_side,
        "columns": sheet.columns,
        "places": ((places - low) / size).round(4).tolist(),
        "names": [pictures.caption(language, entry) for entry in entries],
        "sources": [pictures.address(scope, one.key) for one in entries] if is_gallery else [],
        "texts": [
            {"text": text, "place": place}
            for text, place in zip(
                drawn.texts, ((drawn.text_places - low) / size).round(4).tolist(), strict=True
            )
        ],
        "label": say(language, "image_search.map.label", count=len(entries)),
        "note": say(language, "image_search.map.note", share=percent(drawn.projection.explained)),
    }
