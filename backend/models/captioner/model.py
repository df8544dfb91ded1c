"""The captioner's parts, loaded: image encoder, and for each language a decoder, known sentences
and a vocabulary."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from backend.models.captioner.decoder import MAX_WORDS, START, UNKNOWN, CaptionDecoder
from backend.models.captioner.kinds import of_drawings, of_photographs
from backend.models.captioner.knn import KnnSentences, as_rows
from backend.models.captioner.vocabulary import Vocabulary
from backend.models.search_encoder.model import SearchEncoder
from backend.models.search_encoder.tower import PictureTower
from backend.models.weights import read_shards

CHINESE = "chinese"  # the folder in the captioner's with what it needs to speak Chinese


@dataclass(frozen=True)
class Captioner:
    """What `backend.captioning.bundled` decodes captions with."""

    decoder: CaptionDecoder
    drawings: KnnSentences  # what may be said of a drawing
    photographs: KnnSentences  # and of a photograph
    vocabulary: Vocabulary
    image_encoder: SearchEncoder  # of which the image tower is used
    chinese: "Captioner | None" = None  # the same in Chinese; None in the Chinese one itself

    @property
    def language(self) -> str:
        """That it speaks."""
        return "en" if self.vocabulary.is_spaced else "zh"

    @property
    def words(self) -> list[str]:
        """By number."""
        return self.vocabulary.words

    @property
    def opening(self) -> str:
        """What a sentence about a drawing begins with."""
        return self.vocabulary.text(self.drawings.openings[0])


def word_probabilities(scores: Tensor) -> Tensor:
    """Probabilities [V] of scores [V]; special words that cannot be said have none."""
    silent = scores.clone()
    silent[[START, UNKNOWN]] = -torch.inf
    return silent.softmax(-1)


def memory_of(tower: PictureTower, pixels: Tensor) -> Tensor:
    """The decoder's memory [B, 51, 384] of pictures [B, 3, 224, 224]."""
    return memory_from(tower, *tower.trunk(pixels))


def memory_from(tower: PictureTower, pooled: Tensor, last: Tensor) -> Tensor:
    """The same from the trunk's output: the picture as a drawing, its mix of classes, and a mix of
    classes for each cell."""
    features, scores = tower.features(pooled, last)
    cells = tower.classes(tower.trunk.classes(tower.trunk.cells(last)))
    whole = torch.stack([tower.drawings(features), tower.classes(scores)], dim=1)
    return torch.cat([whole, cells], dim=1)


def load_captioner(folder: Path, image_encoder: SearchEncoder) -> Captioner:
    """The captioner of the weights and `config.json` in `folder`, on the encoder's device, and the
    Chinese one in the folder below."""
    state = read_shards(folder)
    device = image_encoder.device
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    vocabulary = Vocabulary(config["words"], config["is_spaced"])
    knn = _known(config, vocabulary, state.pop("recall")).to(device)
    decoder = CaptionDecoder(len(config["words"]), **config["network"])
    decoder.load_state_dict(state)
    decoder.eval().requires_grad_(False).to(device)
    below = folder / CHINESE
    chinese = load_captioner(below, image_encoder) if below.is_dir() else None
    kinds = of_drawings(knn), of_photographs(knn)
    return Captioner(decoder, *kinds, vocabulary, image_encoder, chinese)


def _known(config: dict[str, Any], vocabulary: Vocabulary, vectors: Tensor) -> KnnSentences:
    openings = [vocabulary.read(text) for text in config["openings"]]
    lines = as_rows(config["sentences"], MAX_WORDS)
    return KnnSentences(vectors, lines, openings, vocabulary.read(config["link"]))
