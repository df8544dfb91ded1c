"""Find from which cosine on a picture matches a text: `python -m training.match_level`.

Prints the two numbers of each language, for any pictures and for the gallery's alone, for
`backend/models/search_encoder/match_level.py`. Drawings of unseen concepts or in the unseen style,
and the gallery, are drawn into collections of several sizes. For each size there is a level at
which as many texts about what is there are turned away as texts about what is not are taken; a line
through those levels, over the logarithm of the size, is the answer. Half of the concepts and
captions, by their hash, are used here; the other half, and other texts about what is not there, are
for `python -m benchmarks.match_threshold`.
"""

import argparse
import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image

from backend import gallery
from backend.image_search import gallery_vectors
from backend.models import search_encoder
from backend.models.registry import models_for
from backend.models.search_encoder.model import SearchEncoder
from training import data
from training.chinese import HAN
from training.concepts import TRAIN

SIZES = (1, 4, 16, 60, 150, 300, 600)  # pictures of a collection
DRAWINGS, ASKED = 2200, 60  # pictures; texts of a kind that a collection is asked
PICTURES = 2000  # in all collections of a size together, at least
SYNONYMS = 0.6  # English names with this cosine or more may be of one thing
FIRST, MANY = 5, 60  # a text that finds its thing among so many of MANY or more, or first of fewer
LOOKLESS = (
    ("philosophy", "哲学"), ("gross domestic product", "国内生产总值"), ("courage", "勇气"),
    ("a subscription fee", "订阅费"), ("parliamentary procedure", "议会程序"), ("ethics", "伦理"),
    ("an annual budget", "年度预算"), ("customer satisfaction", "客户满意度"), ("gravity", "重力"),
    ("an apology", "道歉"), ("interest rates", "利率"), ("bankruptcy", "破产"), ("irony", "讽刺"),
    ("retirement", "退休"), ("a deadline", "截止日期"), ("peer review", "同行评审"),
    ("machine learning", "机器学习"), ("supply chain", "供应链"), ("patience", "耐心"),
    ("freedom of speech", "言论自由"), ("a phone number", "电话号码"), ("statistics", "统计学"),
    ("a treaty", "条约"), ("boredom", "无聊"), ("a rumour", "谣言"), ("economics", "经济学"),
    ("poetry", "诗歌"), ("a legal contract", "法律合同"), ("evolution", "进化"),
    ("public opinion", "舆论"), ("the stock market", "股市"), ("human rights", "人权"),
    ("monday morning", "星期一早上"), ("a vaccine trial", "疫苗试验"), ("tax evasion", "逃税"),
    ("climate policy", "气候政策"), ("an email address", "电子邮箱"), ("insomnia", "失眠"),
    ("a promotion at work", "升职"), ("loyalty", "忠诚"), ("the meaning of life", "人生的意义"),
    ("a scholarship", "奖学金"), ("friendship", "友谊"), ("justice", "正义"), ("a miracle", "奇迹"),
    ("calculus", "微积分"),
)  # fmt: skip


@dataclass(frozen=True)
class Things:
    """Pictures, what each is called, and texts about nothing that can be seen; unit vectors."""

    concepts: np.ndarray  # [N], their keys
    pictures: np.ndarray  # [N, D]
    english: np.ndarray  # [N, D], of their English names
    texts: np.ndarray  # [N, D], of the names that are searched for
    lookless: np.ndarray  # [L, D]

    def part(self, chosen: np.ndarray) -> "Things":
        """Those of a mask [N]."""
        named = ("concepts", "pictures", "english", "texts")
        return replace(self, **{name: getattr(self, name)[chosen] for name in named})


@dataclass(frozen=True)
class Best:
    """The best cosine of texts with a collection, or whether they match: texts about what is there
    and was found, about things that are not there, and about nothing that can be seen."""

    there: np.ndarray
    absent: np.ndarray
    lookless: np.ndarray

    def rates(self, level: float | np.ndarray) -> tuple[float, float, float]:
        """The shares of each that match."""
        there, absent, lookless = self.there, self.absent, self.lookless
        return tuple(float((one >= level).mean()) for one in (there, absent, lookless))  # type: ignore[return-value]


def is_chosen_by(concept: str) -> bool:
    """Whether a concept is of the half that chooses."""
    return hashlib.sha256(concept.encode()).digest()[0] % 2 == 0


def half(things: Things, choosing: bool) -> Things:
    """The half that chooses, or the other one."""
    return things.part(np.array([is_chosen_by(one) == choosing for one in things.concepts]))


def best_in_collections(things: Things, size: int, seed: int = 0) -> Best:
    """Collections of so many pictures, each asked for what is there and for what is not."""
    chance, kinds = np.random.default_rng(seed), []
    for _ in range(max(4, PICTURES // size)):
        collection, *texts = asked(things, size, chance)
        kinds.append([(one @ collection.T).max(1) for one in texts])
    return Best(*(np.concatenate(kind) for kind in zip(*kinds, strict=True)))


def asked(things: Things, size: int, chance: np.random.Generator) -> tuple[np.ndarray, ...]:
    """A collection of so many pictures, and texts for it: about what is there and is found, about
    things that are not there, and about nothing that can be seen; all [_, D]."""
    names = np.unique(things.concepts)
    there = chance.choice(names, min(size, len(names) // 2), replace=False)
    rows = chance.permutation(np.flatnonzero(np.isin(things.concepts, there)))[:size]
    collection, concepts = things.pictures[rows], things.concepts[rows]
    order = chance.permutation(len(things.concepts))
    each = chance.permutation(order[np.unique(things.concepts[order], return_index=True)[1]])
    is_there = np.isin(things.concepts[each], concepts)
    own, others = each[is_there][:ASKED], each[~is_there]
    alike = (things.english[others] @ things.english[rows].T).max(1) >= SYNONYMS
    cosines = things.texts[own] @ collection.T
    right = np.where(things.concepts[own][:, None] == concepts, cosines, -1).max(1)
    is_found = (cosines > right[:, None]).sum(1) < (FIRST if size >= MANY else 1)
    absent = things.texts[others[~alike][:ASKED]]
    return collection, things.texts[own][is_found], absent, things.lookless


def equal_error(best: Best) -> float:
    """The level at which the share that is turned away and those that are taken, on average, are
    nearest to each other."""
    levels = np.arange(0.05, 0.8, 0.002)
    rates = np.array([best.rates(level) for level in levels])
    return float(levels[np.abs(1 - rates[:, 0] - rates[:, 1:].mean(1)).argmin()])


def line(levels: dict[int, list[float]]) -> tuple[float, float]:
    """The level among one picture and its rise with the logarithm of their number, of the levels
    that were found for each size: by least squares over the sizes' means."""
    sizes = list(levels)
    means = [float(np.mean(levels[size])) for size in sizes]
    rise, of_one = np.polyfit(np.log(sizes), means, 1)
    return float(of_one), float(rise)


def held_out_drawings(work: Path) -> tuple[list[Image.Image], list[data.Record]]:
    """Drawings on white that nothing was trained on, with names in both languages."""
    pictures, records = data.load(work / "data")
    rows = [
        row
        for row, one in enumerate(records)
        if not one.sign and (one.part != TRAIN or one.style == data.HELD_OUT_STYLE)
    ]
    random.Random(1).shuffle(rows)
    rows = [row for row in rows[:DRAWINGS] if HAN.search("".join(records[row].chinese[:1]))]
    seen = [Image.fromarray(data.on_white(np.asarray(pictures[row]))) for row in rows]
    return seen, [records[row] for row in rows]


def drawn(encoder: SearchEncoder, work: Path, lookless: Sequence[tuple[str, str]]) -> list[Things]:
    """Drawings that nothing was trained on, asked for in English and in Chinese."""
    seen, records = held_out_drawings(work)
    named = [(one.name.lower(), one.chinese[0]) for one in records]
    vectors = encoder.encode_pictures(seen).numpy()
    return things_of(encoder, [one.concept for one in records], vectors, named, lookless)


def in_gallery(encoder: SearchEncoder, lookless: Sequence[tuple[str, str]]) -> list[Things]:
    """The gallery with its captions, asked for in English and in Chinese."""
    spec = models_for("image_search")[-1]
    vectors = gallery_vectors.read(gallery_vectors.file_for(spec), spec)
    assert vectors is not None, "the gallery's vectors are of other weights"
    told = [(entry.english, entry.chinese) for entry in gallery.entries()]
    return things_of(encoder, [english for english, _ in told], vectors, told, lookless)


def things_of(
    encoder: SearchEncoder,
    concepts: list[str],
    pictures: np.ndarray,
    named: Sequence[tuple[str, str]],
    lookless: Sequence[tuple[str, str]],
) -> list[Things]:
    """Pictures by what they are called in English and in Chinese, asked for in either."""
    texts, nothing = (
        [encoder.encode_texts([pair[which] for pair in given]).numpy() for which in (0, 1)]
        for given in (named, lookless)
    )
    return [
        Things(np.array(concepts), pictures, texts[0], texts[which], nothing[which])
        for which in (0, 1)
    ]


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--work", type=Path, default=Path("training/work"))
    given = parser.parse_args(arguments)
    encoder = search_encoder.load_whole(models_for("image_search")[-1].source.fetch())
    kinds = (drawn(encoder, given.work, LOOKLESS), in_gallery(encoder, LOOKLESS))
    for which, language in enumerate(("English", "Chinese")):
        chosen = [half(kind[which], choosing=True) for kind in kinds]
        levels = {
            size: [equal_error(best_in_collections(one, size)) for one in chosen if
                   size <= len(one.concepts)]
            for size in SIZES
        }  # fmt: skip
        for size, found in levels.items():
            print(f"{language}, {size} pictures: {', '.join(f'{one:.3f}' for one in found)}")
        both = {size: found for size, found in levels.items() if len(found) == len(kinds)}
        for name, some in ("", both), ("gallery, ", {size: one[1:] for size, one in both.items()}):
            of_one, rise = line(some)
            print(f"{name}{language}: MatchLevel({of_one:.3f}, {rise:.4f})")


if __name__ == "__main__":
    main()
