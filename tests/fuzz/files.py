"""Mutated files, straight into the readers of the backend: no server is needed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from backend.captioning.video import read_video
from backend.classification.head import load_head
from backend.csv_tables import parse_table
from backend.errors import InputError
from backend.messages import Message
from backend.pictures import Skipped, count_files, find_pictures, read_picture
from backend.text_to_image.recipe import read_recipe
from demos.shared.strings import say_message
from tests.fuzz import originals
from tests.fuzz.findings import Finding, Report, problems_of, shortened
from tests.fuzz.mutations import mutated
from tests.fuzz.values import bad_value

SLOW = 10.0  # seconds for one small file


@dataclass(frozen=True)
class Kind:
    """Files of one kind: where they come from, and what reads them. `read` gives what it says."""

    originals: Callable[[], tuple[bytes, ...]]
    read: Callable[[bytes, Path], Iterable[Message]]


def _read_picture(data: bytes, folder: Path) -> list[Message]:
    picture = read_picture(data, "odd picture")
    assert picture.mode == "RGB" and min(picture.size) > 0, picture
    return []


def _read_recipe(data: bytes, folder: Path) -> list[Message]:
    suffix = ".json" if data.lstrip()[:1] in (b"{", b"[") else ".png"
    path = folder / f"odd{suffix}"
    path.write_bytes(data)
    json.dumps(read_recipe(path).as_json())
    return []


def _read_archive(data: bytes, folder: Path) -> list[Message]:
    """As indexing does: every entry that is a file is read as a picture."""
    path = folder / "odd.zip"
    path.write_bytes(data)
    count_files([("odd.zip", path)])
    said = []
    for found in find_pictures([("odd.zip", path)]):
        if isinstance(found, Skipped):
            said.append(found.reason)
            continue
        try:
            read_picture(found.data, found.name)
        except InputError as error:
            said.append(error.message)
    return said


def _read_table(data: bytes, folder: Path) -> Iterable[Message]:
    table = parse_table(data)
    assert all(len(row) == len(table.columns) for row in table.rows)
    assert len(set(table.columns)) == len(table.columns)
    return table.notes


def _read_head(data: bytes, folder: Path) -> list[Message]:
    path = folder / "odd.json"
    path.write_bytes(data)
    load_head(path).as_json()
    return []


def _read_clip(data: bytes, folder: Path) -> list[Message]:
    path = folder / "odd.mp4"
    path.write_bytes(data)
    assert read_video(path, path.name, lambda: None).scenes
    return []


KINDS = {
    "pictures": Kind(originals.pictures, _read_picture),
    "recipes": Kind(originals.recipes, _read_recipe),
    "zips": Kind(originals.archives, _read_archive),
    "csvs": Kind(originals.tables, _read_table),
    "heads": Kind(originals.heads, _read_head),
    "clips": Kind(originals.clips, _read_clip),
}


def odd_file(kind: str, seed: int, number: int) -> bytes:
    """The mutated file of that number, always the same."""
    chance = Random(f"{seed}/{kind}/{number}")
    whole = KINDS[kind].originals()
    data = chance.choice(whole)
    if kind in ("recipes", "heads") and data[:1] == b"{" and chance.random() < 0.6:
        return _with_bad_values(data, chance)
    return mutated(data, chance.choice(whole), chance)


def _with_bad_values(data: bytes, chance: Random) -> bytes:
    """Sound JSON, one or two of whose values are wrong or missing."""
    content = json.loads(data)
    for name in chance.sample(sorted(content), chance.randint(1, 2)):
        if chance.random() < 0.2:
            del content[name]
        else:
            content[name] = bad_value(chance)
    return json.dumps(content).encode()


def handle(kind: str, data: bytes, name: str, folder: Path) -> list[Finding]:
    """What goes wrong when this file is read: anything but a result or a sentence."""
    began, said = time.perf_counter(), []
    try:
        said = list(KINDS[kind].read(data, folder))
    except InputError as error:
        said = [error.message]
    except Exception as error:  # noqa: BLE001 (whatever it is, it is what we are looking for)
        return [Finding("internal", name, f"{type(error).__name__}: {shortened(str(error))}")]
    seconds = time.perf_counter() - began
    found = [Finding("slow", name, f"{seconds:.1f} s")] if seconds > SLOW else []
    for one in said:
        text = str(one) + say_message("zh", one)
        found += [Finding(what, name, seen) for what, seen in problems_of(text)]
    return found


def run_files(report: Report, folder: Path, seed: int, count: int) -> None:
    """So many of each kind."""
    for kind in KINDS:
        for number in range(count):
            name = f"{kind}#{number}"
            report.findings += handle(kind, odd_file(kind, seed, number), name, folder)
        report.tried[f"mutated {kind}"] += count
