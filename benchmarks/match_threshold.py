"""How often a search says that something matches, where something does and where nothing can:
`python -m benchmarks.match_threshold`, for the rule that the app has and for the one without the
encoder's own level. Needs the pictures of `python -m training.data`, and fetches photographs.

The level was chosen on half of the drawings' concepts and of the gallery's captions
(`training/match_level.py`); what is asked for here is of the other half, and texts about what is
not there that nothing was chosen by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from open_clip.zero_shot_metadata import IMAGENET_CLASSNAMES

from backend.image_search.index_cache import null_cosine
from backend.image_search.match_threshold import match_threshold
from backend.models import search_encoder
from backend.models.registry import models_for
from backend.models.search_encoder.model import SearchEncoder
from benchmarks.photographs import photographs
from training.classes import chinese_names
from training.match_level import (
    FIRST,
    Best,
    Things,
    asked,
    drawn,
    half,
    in_gallery,
    is_chosen_by,
    things_of,
)

SIZES = (1, 16, 150)  # pictures of small collections
COLLECTIONS = 40  # of each size
LANGUAGES = ("English", "Chinese")
RULES = (True, False)  # with the encoder's level, and without
# What no picture of the gallery shows: what has no look, and things that have one.
LOOKLESS = (
    ("mortgage", "抵押贷款"), ("inflation", "通货膨胀"), ("quarterly report", "季度报告"),
    ("a tax return", "纳税申报表"), ("democracy", "民主"), ("photosynthesis", "光合作用"),
    ("an insurance policy", "保险单"), ("a job interview", "求职面试"), ("nostalgia", "怀旧"),
    ("a software licence", "软件许可证"), ("quantum mechanics", "量子力学"), ("grammar", "语法"),
    ("a court ruling", "法院判决"), ("unemployment", "失业"), ("a password", "密码"),
    ("copyright law", "版权法"), ("jet lag", "时差"), ("a traffic jam", "堵车"),
)  # fmt: skip
THINGS = (
    ("a marathon runner", "马拉松选手"), ("a swimming pool", "游泳池"), ("sushi", "寿司"),
    ("a subway station", "地铁站"), ("an escalator", "自动扶梯"), ("a passport", "护照"),
    ("a bowl of noodles", "一碗面条"), ("a wedding dress", "婚纱"), ("a skateboard", "滑板"),
    ("a dentist", "牙医"), ("a washing machine", "洗衣机"), ("a laptop", "笔记本电脑"),
    ("a waterfall", "瀑布"), ("a beach umbrella", "沙滩伞"), ("a microscope", "显微镜"),
    ("a piano lesson", "钢琴课"), ("an earthquake", "地震"), ("a hospital bed", "病床"),
)  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """Whether anything matches, as a search has it."""

    encoder: SearchEncoder
    language: str
    yardstick: np.ndarray  # [R, D], the gallery
    has_level: bool = True

    def matches(self, texts: np.ndarray, pictures: np.ndarray, own: bool = True) -> np.ndarray:
        """Of texts [T, D], bool [T]; `own` pictures are a visitor's, others the gallery."""
        assert self.encoder.match_level is not None
        text = "\u7269" if self.language == "Chinese" else ""
        level = self.encoder.match_level([text], len(pictures), not own)
        nothing = 0.0 if own else null_cosine(self.encoder, pictures)
        usual = texts @ self.yardstick.T
        return np.array([
            row.max() >= match_threshold(
                row, nothing, others if own else None, level if self.has_level else None
            ).value
            for row, others in zip(texts @ pictures.T, usual, strict=True)
        ])  # fmt: skip


def main(work: Path = Path("training/work")) -> None:
    print("The match threshold, bundled encoder: shares of texts that match something")
    encoder = search_encoder.load_whole(models_for("image_search")[-1].source.fetch())
    seen, shown = drawn(encoder, work, LOOKLESS), in_gallery(encoder, LOOKLESS)
    photos = photographed(encoder, work / "sources")
    for which, language in enumerate(LANGUAGES):
        for has_level in RULES:
            rule = Rule(encoder, language, shown[0].pictures, has_level)
            print(f"{language}, {'with' if has_level else 'without'} the encoder's level")
            whole_gallery(rule, shown[which], _texts(encoder, THINGS, which))
            for what, things in (
                ("drawings", half(seen[which], choosing=False)),
                ("gallery", half(shown[which], choosing=False)),
                ("photographs", photos[which]),
            ):
                for size in SIZES:
                    small_collections(rule, what, things, size)


def _texts(encoder: SearchEncoder, pairs: Sequence[tuple[str, str]], which: int) -> np.ndarray:
    return encoder.encode_texts([pair[which] for pair in pairs]).numpy()


def whole_gallery(rule: Rule, shown: Things, absent: np.ndarray) -> None:
    """Captions of the half that nothing was chosen by, and texts about what is not there."""
    cosines = shown.texts @ shown.pictures.T
    places = (cosines > cosines.diagonal()[:, None]).sum(1)
    others = np.array([not is_chosen_by(one) for one in shown.concepts])
    found = rule.matches(shown.texts, shown.pictures, own=False)
    right, first = (found[others & (places < count)] for count in (FIRST, 1))
    lookless, things = (
        rule.matches(texts, shown.pictures, own=False).mean() for texts in (shown.lookless, absent)
    )
    print(
        f"  gallery, {len(places)} pictures: captions that find their own {right.mean():.2f} of "
        f"{len(right)} (first: {first.mean():.2f}); no look {lookless:.2f}; things that are not "
        f"there {things:.2f}",
        flush=True,
    )


def small_collections(rule: Rule, what: str, things: Things, size: int) -> None:
    """Of collections of so many pictures: names of what is there and found, and of what is not."""
    chance, kinds = np.random.default_rng(0), []
    for _ in range(COLLECTIONS):
        collection, *texts = asked(things, size, chance)
        kinds.append([rule.matches(one, collection) for one in texts])
    best = Best(*(np.concatenate(kind) for kind in zip(*kinds, strict=True)))
    there, absent, lookless = best.rates(True)
    print(
        f"  {what}, {size} pictures: what is there {there:.2f}; no look {lookless:.2f}; things "
        f"that are not there {absent:.2f}",
        flush=True,
    )


def photographed(encoder: SearchEncoder, sources: Path) -> list[Things]:
    """The photographs whose class is known, asked for in English and in Chinese."""
    chinese = dict(zip(IMAGENET_CLASSNAMES, chinese_names(sources), strict=True))
    photos = [one for one in photographs(sources) if one.name and chinese[one.name]]
    vectors = encoder.encode_pictures([one.picture for one in photos]).numpy()
    named = [(str(one.name), chinese[str(one.name)][0]) for one in photos]
    return things_of(encoder, [str(one.name) for one in photos], vectors, named, LOOKLESS)


if __name__ == "__main__":
    main()
