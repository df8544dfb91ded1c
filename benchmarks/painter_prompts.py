"""Prompts of two things, and of a colour and a thing, and whether the painter has drawn them.

Fixed lists, the same in English and Chinese. Two things are judged by the search encoder's
zero-shot choice between four: the two, each of them with another thing, and neither. A colour is
judged by the mean of the drawn pixels, which no model has learnt, its thing by the search encoder
among all the things of the list.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from PIL import Image

from backend.models.painter.pipeline import PainterPipeline
from backend.models.search_encoder.model import SearchEncoder
from training.captions import CHINESE_COLOURS, colour_name

THINGS = {
    "cat": "猫", "apple": "苹果", "car": "汽车", "house": "房子", "tree": "树", "fish": "鱼",
    "star": "星星", "dog": "狗", "book": "书", "banana": "香蕉", "rocket": "火箭", "guitar": "吉他",
    "cake": "蛋糕", "flower": "花", "key": "钥匙", "umbrella": "雨伞", "bird": "鸟", "hat": "帽子",
    "ball": "球", "chair": "椅子", "butterfly": "蝴蝶", "mushroom": "蘑菇", "bicycle": "自行车",
    "balloon": "气球", "bell": "铃铛",
}  # fmt: skip
NAMES = tuple(THINGS)
COLOURS = ("red", "blue", "green", "yellow", "purple", "orange", "pink", "black", "brown", "gray")
IN_COLOUR = ("car", "balloon", "hat", "book", "flower", "star", "apple", "umbrella", "bird", "fish")
TWO = {
    "English": ("a {} and a {}", "a {} on a {}"),
    "Chinese": ("一个{}和一个{}", "一个{}在一个{}上"),
}
PAPER = 0.08  # how far a pixel is from white before it counts as drawn


def two_things() -> list[tuple[str, str, int]]:
    """50 pairs and how they are joined: 0 "and", 1 "on"."""
    count, steps = len(NAMES), (7, 11)
    return [
        (NAMES[n], NAMES[(n + step) % count], joint)
        for joint, step in enumerate(steps)
        for n in range(count)
    ]


def coloured_things() -> list[tuple[str, str]]:
    """50 colours and things."""
    return [(COLOURS[(n + 3 * m) % 10], IN_COLOUR[n]) for m in range(5) for n in range(10)]


def in_words(language: str, things: tuple[str, str, int]) -> str:
    """The prompt for two things."""
    first, second, joint = things
    names = [each if language == "English" else THINGS[each] for each in (first, second)]
    return TWO[language][joint].format(*names)


def in_coloured_words(language: str, colour: str, thing: str) -> str:
    """The prompt for a colour and a thing."""
    if language == "English":
        return f"a {colour} {thing}"
    return f"{CHINESE_COLOURS[colour]}色的{THINGS[thing]}"


def drew_two(encoder: SearchEncoder, picture: Image.Image, things: tuple[str, str, int]) -> bool:
    """Whether the picture is likelier of the two than of one of them, or neither, and others."""
    first, second, joint = things
    others = [NAMES[(NAMES.index(name) + 4) % len(NAMES)] for name in (first, second)]
    choices = [(a, b, joint) for a in (first, others[0]) for b in (second, others[1])]
    texts = encoder.encode_texts([in_words("English", choice) for choice in choices])
    return int((texts @ encoder.encode_pictures([picture])[0]).argmax()) == 0


def drew_coloured(encoder: SearchEncoder, picture: Image.Image, colour: str, thing: str) -> bool:
    """Whether the drawn pixels have the colour and the thing is recognised among all."""
    texts = encoder.encode_texts([f"a {name}" for name in NAMES])
    best = int((texts @ encoder.encode_pictures([picture])[0]).argmax())
    return NAMES[best] == thing and mean_colour(picture) == colour


def mean_colour(picture: Image.Image) -> str | None:
    """What the mean of the drawn pixels is called; None where nothing is drawn."""
    rgb = np.asarray(picture.convert("RGB")).reshape(-1, 3) / 255.0
    drawn = rgb[(1 - rgb).max(1) > PAPER]
    return colour_name(*drawn.mean(0)) if len(drawn) else None


def combined(
    painter: PainterPipeline, encoder: SearchEncoder, language: str, style: str = "noto"
) -> tuple[float, float]:
    """Shares of the 50 pairs and of the 50 coloured things that are drawn as asked."""
    pairs, coloured = two_things(), coloured_things()
    prompts = [in_words(language, each) for each in pairs]
    prompts += [in_coloured_words(language, *each) for each in coloured]
    pictures = drawn(painter, prompts, style)
    two = [drew_two(encoder, p, each) for p, each in zip(pictures, pairs, strict=False)]
    rest = pictures[len(pairs) :]
    one = [drew_coloured(encoder, p, *each) for p, each in zip(rest, coloured, strict=True)]
    return sum(two) / len(two), sum(one) / len(one)


def drawn(
    painter: PainterPipeline, prompts: Sequence[str], style: str, seed: int = 0
) -> list[Image.Image]:
    """A picture of each prompt, 20 at a time."""
    generator = torch.Generator().manual_seed(seed)
    pictures: list[Image.Image] = []
    for start in range(0, len(prompts), 20):
        some = list(prompts[start : start + 20])
        pictures += painter(some, style=style, generator=generator).images
    return pictures
