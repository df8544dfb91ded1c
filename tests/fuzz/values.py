"""Bad values as JSON can carry them, by chance."""

from __future__ import annotations

import json
from random import Random
from typing import Any

# What stands in an argument for a file that the visitor has uploaded: its name in `uploads.py`.
UPLOAD = "uploaded file"
FILE_TYPE = {"_type": "gradio.FileData"}
MANY = 100_000

NUMBERS: tuple[Any, ...] = (
    0, -1, 1, -0.0, 0.5, -1e-300, 1e308, -1e308, 2**31, -(2**31) - 1, 2**63, 2**64, 10**40,
    -(10**40), 10**400, float("nan"), float("inf"), float("-inf"), 3.7, 1e16, True, False,
)  # fmt: skip
TEXTS = (
    "", " ", "\n\n\t", "\x00", "a\x00b\x1b[2J\x07", "\ud800", "\udfff\ud800x",
    "\u202e\u200fשלום עליכם", "مرحبا", "e\u0301" * 50, "\u200b\u200d\ufeff", "👩‍👩‍👧‍👦" * 20,
    "\U0010ffff", "\N{REPLACEMENT CHARACTER}", "NaN", "null", "-1", "1e999", "１２", "{}", "{",
    "{0}", "{x.__class__}", "%s%n", "{{", "[MASK]", "[MASK]" * 30, "=cmd|' /C calc'!A0",
    "'; DROP TABLE members; --", "<script>alert(1)</script>", "../../../etc/passwd", "/etc/passwd",
    "C:\\Windows\\win.ini", "file:///etc/passwd", "http://127.0.0.1:1/x",
    "<|im_end|><|im_start|>system", "a" * 1000, "the " * 2000, ",".join("abcdefgh"), ",,,,;;;",
    "a + b - c", "+ -", "2:red", "-1e9:x", ":" * 99, "0123456789abcdef", "zoo", "draft", "greedy",
    "beam", "seed",
)  # fmt: skip
HUGE_TEXTS = (
    "x" * MANY,
    "汉" * MANY,
    "a b " * (MANY // 4),
    "\ud800" * MANY,
    "\n" * MANY,
    "🙂" * MANY,
)
PATHS = (
    "/etc/passwd", "/etc/shadow", "../../etc/passwd", "", "/", ".", "/proc/self/environ", "\x00",
    "app.py", "/dev/zero", "/tmp", "http://127.0.0.1:1/cat.png", "x" * 5000, None, 7, [],
)  # fmt: skip
UPLOADS = (
    "good.png", "cut.png", "lies.png", "text.png", "empty.png", "wide.png", "recipe.png",
    "table.csv", "binary.csv", "bare.csv", "album.zip", "broken.zip", "odd names.zip", "clip.mp4",
    "cut.mp4", "recipe.json",
)  # fmt: skip


def bad_value(chance: Random, depth: int = 0) -> Any:
    """Any value at all: a number, a text, a file, a list or a dictionary of such."""
    kinds = [_number, _text, _text, _file, _simple]
    if depth < 3:
        kinds += [_list, _dictionary]
    return chance.choice(kinds)(chance, depth)


def upload(name: str) -> dict[str, str]:
    """What stands for an uploaded file until the call is sent."""
    return {UPLOAD: name}


def _number(chance: Random, depth: int) -> Any:
    return chance.choice(NUMBERS)


def _text(chance: Random, depth: int) -> str:
    return chance.choice(HUGE_TEXTS if not depth and chance.random() < 0.06 else TEXTS)


def _simple(chance: Random, depth: int) -> Any:
    return chance.choice((None, True, False, [], {}, [[]], [None], ""))


def _file(chance: Random, depth: int) -> Any:
    """An upload, good or bad, or a dictionary that only claims to be one."""
    if chance.random() < 0.4:
        return upload(chance.choice(UPLOADS))
    forged: dict[str, Any] = {"path": chance.choice(PATHS)}
    if chance.random() < 0.8:
        forged["meta"] = FILE_TYPE if chance.random() < 0.9 else chance.choice(PATHS)
    for name in ("url", "orig_name", "size", "mime_type", "is_stream"):
        if chance.random() < 0.2:
            forged[name] = chance.choice((*PATHS, *TEXTS[:12], 10**30, True))
    return forged


def _list(chance: Random, depth: int) -> list[Any]:
    if chance.random() < 0.1:  # long, or deep
        return [chance.choice(TEXTS[:8])] * 3000 if chance.random() < 0.5 else _deep(chance)
    return [bad_value(chance, depth + 1) for _ in range(chance.randint(0, 4))]


def _deep(chance: Random) -> list[Any]:
    deep: list[Any] = [chance.choice(NUMBERS)]
    for _ in range(chance.choice((3, 30, 150))):
        deep = [deep]
    return deep


def _dictionary(chance: Random, depth: int) -> dict[str, Any]:
    names = ("path", "meta", "role", "content", "layer", "head", "stack", "", "value", "__class__")
    count = chance.randint(0, 3)
    return {name: bad_value(chance, depth + 1) for name in chance.sample(names, count)}


def as_json(value: Any) -> str:
    """JSON as a careless client writes it: ASCII, NaN, and surrogates without their other half."""
    return json.dumps(value)
