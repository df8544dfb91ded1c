"""Bad calls for every endpoint, made from the endpoint's own description."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from tests.fuzz.values import bad_value, upload

Parameter = dict[str, Any]
PICTURE = upload("good.png")
KEY = "fuzzfuzzfuzzfuzz"
# Right values by a parameter's name: short ones, so that a call that is right after all is cheap.
GOOD: dict[str, Any] = {
    "text": "A lovely day.", "second": "", "prompt": "a red cat", "sentence": "{} is kind.",
    "first": "It rains.", "words": ["he", "she"], "labels": ["good", "bad"], "head": "",
    "q": [[1.0, 0.0]], "k": [[1.0, 0.0]], "v": [[1.0, 2.0]],
    "examples": [["a", "x"], ["b", "y"], ["c", "x"], ["d", "y"]], "texts": ["a", "b"],
    "file": upload("table.csv"), "image": PICTURE, "picture": PICTURE, "images": [PICTURE, PICTURE],
    "files": [upload("album.zip")], "pictures": [PICTURE], "captions": ["a banana"],
    "sentences": ["a banana"], "video": upload("clip.mp4"), "collection": "zoo", "key": KEY,
    "rows": "seed", "row_values": [1], "columns": "steps", "column_values": [1], "word": "red",
    "other": "blue", "max_new_tokens": 4, "draws": 4, "frames": 3, "rounds": 1, "steps": 1,
    "query": "cat", "top": 3,
}  # fmt: skip
# Where the same name means something else.
SPECIAL: dict[str, dict[str, Any]] = {
    "/next_sentence": {"second": "The street is wet."},
    "/fill_mask": {"text": "It is a [MASK] day."},
    "/search": {"picture": None, "collection": "", "key": ""},
    "/search_map": {"words": "cat + dog", "collection": "", "key": ""},
    "/score_more": {"start": 0},
    "/recipe": {"picture": upload("recipe.png")},
    "/teach_pairs": {"labels": ["x", "y"]},
}
# Endpoints whose right call ends in a sentence: weights that are not bundled, what others gave.
REFUSED = ("/fill_mask", "/next_sentence", "/use_head", "/score_more")


@dataclass(frozen=True)
class Call:
    """One call of an endpoint; the same name is always the same call."""

    name: str
    endpoint: str
    data: Any


def good_call(endpoint: str, parameters: list[Parameter]) -> Call:
    """A right and cheap call."""
    data = [_good(endpoint, parameter) for parameter in parameters]
    return Call(f"{endpoint}#good", endpoint, data)


def bad_call(endpoint: str, parameters: list[Parameter], seed: int, number: int) -> Call:
    """The bad call of that number. One with a single wrong value reaches furthest, so most are."""
    chance = Random(f"{seed}{endpoint}/{number}")
    data: Any = good_call(endpoint, parameters).data
    for place in chance.sample(range(len(data)), min(len(data), chance.choice((1, 1, 1, 2, 20)))):
        data[place] = bad_value(chance)
    return Call(f"{endpoint}#{number}", endpoint, _other_number(data, chance))


def _other_number(data: list[Any], chance: Random) -> Any:
    """Now and then too few or too many arguments, or no list of them at all."""
    dice = chance.random()
    if dice < 0.06:
        return data[: chance.randrange(len(data) + 1)]
    if dice < 0.1:
        return data + [bad_value(chance) for _ in range(chance.choice((1, 2, 50)))]
    return data if dice < 0.98 else bad_value(chance)


def _good(endpoint: str, parameter: Parameter) -> Any:
    name = parameter["parameter_name"]
    special = SPECIAL.get(endpoint, {})
    if name in special:
        return special[name]
    return GOOD[name] if name in GOOD else parameter["parameter_default"]
