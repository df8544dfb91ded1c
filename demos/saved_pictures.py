"""What an example's button shows of its saved view: small pictures, or the first words of its text.

`make saved` adds them to the index; `python -m demos.saved_pictures` makes them from the views
that are there, which needs no model.
"""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from backend.csv_tables import read_table
from demos.captioning.pictures import PICTURES
from demos.classification.table import SAMPLE
from demos.shared import saved, theme
from demos.shared.endpoints import Json

if TYPE_CHECKING:
    from PIL.Image import Image

PICTURED = ("image_search", "text_to_image", "captioning")  # tabs whose results are pictures
MOST, SIDE, GAP = 3, 112, 8  # pictures on a button; pixels on a side of each, and between them
CHARACTERS = 48  # of a text
SOURCE = re.compile(r'\bsrc="([^"]+)"')
GALLERY = re.compile(rf"^{theme.MOUNT}/gallery/([\w.-]+)$")
DATA = re.compile(r"^data:image/(?:png|jpeg|webp);base64,(.+)$")
# Parameters that are no text of a visitor's.
CHOICES = (
    *("tab", "view", "mode", "kind", "model", "second", "expert", "example", "pair_example"),
    "table_expert",
)


def main() -> None:
    """Write the pictures and the index again."""
    write(index := saved.index())
    text = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
    (saved.FOLDER / saved.INDEX).write_text(text, "utf-8")


def write(index: list[Json]) -> None:
    """Give each entry that has a button its "picture", a path below the mount, with its "shape" in
    pixels, or its "words"."""
    for entry in index:
        if not entry["button"]:
            continue
        view = json.loads((saved.FOLDER / entry["files"]["en"]).read_text("utf-8"))
        pictured = entry["tab"] in PICTURED
        small = (picture_of(view) or picture_asked(entry["query"])) if pictured else None
        entry["picture"] = ""
        if small is not None:
            name = entry["files"]["en"].replace("/en/", "/").replace(".json", ".webp")
            small.save(saved.FOLDER / name, quality=80, method=6)
            entry["picture"] = f"saved/{name}"
            entry["shape"] = list(small.size)
        entry["words"] = "" if entry["picture"] else words_of(entry["query"])


def picture_of(view: Json) -> Image | None:
    """Up to three pictures of a view in a row, as it shows them from first to last."""
    found = list(dict.fromkeys(sources_of(view["fragments"])))
    return in_a_row(spread(found) if view_is_drawn(view) else found[:MOST])


def picture_asked(query: str) -> Image | None:
    """The example pictures that a link of captioning names, whose result does not show them."""
    named = dict(parse_qsl(query.removeprefix("?")))
    names = list(PICTURES)[:MOST] if "folder" in named else []
    names += [named["pair_example"]] if "pair_example" in named else []
    return in_a_row([f"{theme.MOUNT}/gallery/{PICTURES[name]}" for name in names])


def in_a_row(chosen: list[str]) -> Image | None:
    """Pictures by their addresses, each cut to a square; None for none."""
    from PIL import Image, ImageOps

    if not chosen:
        return None
    row = Image.new("RGB", (len(chosen) * (SIDE + GAP) - GAP, SIDE), "white")
    for number, source in enumerate(chosen):
        with Image.open(io.BytesIO(content_of(source))) as picture:
            on_white = Image.alpha_composite(
                Image.new("RGBA", picture.size, "white"), picture.convert("RGBA")
            )
        row.paste(ImageOps.fit(on_white.convert("RGB"), (SIDE, SIDE)), (number * (SIDE + GAP), 0))
    return row


def sources_of(fragments: list[Json]) -> Iterator[str]:
    """Addresses of the pictures that a view is about, in its order: not its maps, not the steps of
    a drawing."""
    for one in fragments:
        if "html" in one:
            found = SOURCE.findall(one["html"])
            of_gallery = [source for source in found if GALLERY.match(source)]
            yield from of_gallery or filter(DATA.match, found)  # data beside them are maps
        elif isinstance(one.get("value"), dict):
            yield from of_a_stage(one["value"])


def of_a_stage(value: Json) -> list[str]:
    """The finished pictures of a drawing, the frames between two, or the picture described."""
    drawn = [one.get("file") for one in value.get("pictures", []) if isinstance(one, dict)]
    frames: list[Any] = [] if drawn else value.get("frames", [])
    found = [*drawn, *frames, value.get("picture")]
    return [one for one in found if isinstance(one, str) and DATA.match(one)]


def view_is_drawn(view: Json) -> bool:
    """Whether its pictures go from one to another, and are not from the best to the worst."""
    return any("text_to_image" in one.get("script", "") for one in view["fragments"])


def spread(found: list[str]) -> list[str]:
    """At most MOST of them, from the first to the last."""
    if len(found) <= MOST:
        return found
    return [found[round(number * (len(found) - 1) / (MOST - 1))] for number in range(MOST)]


def content_of(source: str) -> bytes:
    """A picture's file. Raises ValueError for an address that no view of ours has."""
    if of_gallery := GALLERY.match(source):
        return Path(theme.GALLERY / of_gallery.group(1)).read_bytes()
    if data := DATA.match(source):
        return base64.b64decode(data.group(1))
    raise ValueError(f"no picture of a saved view: {source[:80]}")


def words_of(query: str) -> str:
    """The first words of what an example asks about; "" where it asks about no text."""
    named = parse_qsl(query.removeprefix("?"))
    if ("table", "sample") in named:
        return read_table(SAMPLE).column("text")[0][:CHARACTERS]
    text = next((value for name, value in named if name not in CHOICES and is_text(value)), "")
    line = " ".join(text.split())
    return line if len(line) <= CHARACTERS else line[:CHARACTERS].rstrip(" ,，。.") + "…"


def is_text(value: str) -> bool:
    return not re.fullmatch(r"[\w.,+-]*", value, re.ASCII)


if __name__ == "__main__":
    main()
