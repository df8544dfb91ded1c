"""How each bar of the three picture models is measured; `benchmarks/models.py` prints them."""

import copy
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

from backend.captioning.caption_model import CaptionModel
from backend.captioning.request import CaptionRequest
from backend.captioning.words import caption_picture
from backend.models import search_encoder
from backend.models.painter.pipeline import PainterPipeline
from backend.models.search_encoder.model import SearchEncoder
from benchmarks.held_out import PictureSet
from benchmarks.photographs import Photograph
from training.captions import common_keywords, keywords_of, names_of
from training.data import Record


@dataclass(frozen=True)
class Bar:
    """A measured figure beside what it should be; `most` is for figures that should be small."""

    what: str
    measured: float
    least: float | None = None
    most: float | None = None

    @property
    def wanted(self) -> str:
        """The bar in words."""
        if self.least is not None:
            return f"at least {self.least:g}"
        return "no bar" if self.most is None else f"at most {self.most:g}"

    @property
    def met(self) -> bool | None:
        """None where no bar was set: a figure for comparison."""
        if self.least is not None:
            return self.measured >= self.least
        return None if self.most is None else self.measured <= self.most


def found(vectors: Tensor, questions: Tensor, right: Sequence[set[int]], top: int = 5) -> float:
    """Share of questions with a right picture among the first `top` (recall@top)."""
    ranked = (questions @ vectors.T).topk(top, dim=1).indices.tolist()
    hits = [bool(wanted & set(rows)) for wanted, rows in zip(right, ranked, strict=True)]
    return sum(hits) / len(hits)


def search_recall(encoder: SearchEncoder, pictures: PictureSet, chinese: bool = False) -> float:
    """recall@5 of the concepts' names among the pictures."""
    questions = pictures.questions(chinese)
    rows: dict[str, set[int]] = {}
    for row, record in enumerate(pictures.records):
        rows.setdefault(record.concept, set()).add(row)
    vectors = encoder.encode_pictures(pictures.pictures)
    asked = encoder.encode_texts(list(questions.values()))
    return found(vectors, asked, [rows[concept] for concept in questions])


def photograph_recall(encoder: SearchEncoder, photos: list[Photograph], top: int = 5) -> float:
    """recall@top of ImageNet class names among the photographs."""
    names = sorted({photo.name for photo in photos if photo.name})
    rows = [{row for row, photo in enumerate(photos) if photo.name == name} for name in names]
    vectors = encoder.encode_pictures([photo.picture for photo in photos])
    return found(vectors, encoder.encode_texts(names), rows, top)


def caption(captioner: CaptionModel, picture: Image.Image) -> str:
    """The likeliest caption."""
    return caption_picture(captioner, CaptionRequest(picture), lambda: None).text


def captions(captioner: CaptionModel, pictures: Sequence[Image.Image]) -> list[str]:
    """The likeliest caption of each."""
    return [caption(captioner, picture) for picture in pictures]


def named_right(said: Sequence[str], records: Sequence[Record], everything: list[Record]) -> float:
    """Share of captions with the concept's name or one of its telling keywords in them."""
    common = common_keywords(everything)
    hits = 0
    for text, record in zip(said, records, strict=True):
        wanted = [*names_of(record), *keywords_of(record, common)]
        hits += any(f" {word} " in f" {text} " for word in wanted)
    return hits / len(said)


def photographs_named(said: Sequence[str], photos: Sequence[Photograph]) -> float:
    """Share of captions with the photograph's ImageNet class in them."""
    names = [str(photo.name).lower() for photo in photos]
    hits = [f" {name} " in f" {text} " for text, name in zip(said, names, strict=True)]
    return sum(hits) / len(hits)


def of_kind(said: Sequence[str], opening: str) -> float:
    """Share of captions that begin so: with the kind of picture."""
    return sum(text.startswith(opening) for text in said) / len(said)


def judge_of_drawings(folder: Path) -> SearchEncoder:
    """A copy of the search encoder with both its opinions in full, as before it had familiarity:
    what it is shown is known to be drawn."""
    encoder = copy.deepcopy(search_encoder.load_whole(folder))
    encoder.model.visual.familiarity.farthest.fill_(math.inf)
    return encoder


def recognised(
    painter: PainterPipeline, encoder: SearchEncoder, names: list[str], style: str, seed: int = 0
) -> float:
    """Share of prompts whose picture is closest to its own name among all `names`."""
    generator = torch.Generator().manual_seed(seed)
    pictures: list[Image.Image] = []
    for start in range(0, len(names), 20):
        pictures += painter(names[start : start + 20], style=style, generator=generator).images
    texts = encoder.encode_texts(names)
    best = (encoder.encode_pictures(pictures) @ texts.T).argmax(1)
    return (best == torch.arange(len(names))).float().mean().item()


def variety(painter: PainterPipeline, names: list[str]) -> float:
    """Mean distance (0 to 1, root mean square over pixels) between four seeds' pictures."""
    distances = []
    for name in names:
        drawn = [
            _pixels(painter(name, generator=torch.Generator().manual_seed(s)).images[0])
            for s in range(4)
        ]
        pairs = [(a, b) for a in range(4) for b in range(a)]
        distances += [(drawn[a] - drawn[b]).square().mean().sqrt().item() for a, b in pairs]
    return sum(distances) / len(distances)


def _pixels(picture: Image.Image) -> Tensor:
    return torch.frombuffer(bytearray(picture.tobytes()), dtype=torch.uint8).float() / 255


def seconds(work: Callable[[], object], times: int = 5) -> float:
    """The median time of `work`, after one call to warm up."""
    work()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return sorted(taken)[times // 2]


def folder_megabytes(folder: Path) -> float:
    """Size of all weights below `folder`, in megabytes."""
    return sum(path.stat().st_size for path in folder.rglob("*.safetensors")) / 1e6
