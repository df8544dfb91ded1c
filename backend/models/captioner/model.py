"""The captioner's parts, loaded: image encoder, decoder, known sentences and vocabulary."""

import json
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from backend.models.captioner.decoder import MAX_WORDS, START, UNKNOWN, CaptionDecoder
from backend.models.captioner.knn import KnnSentences, as_rows
from backend.models.search_encoder.model import SearchEncoder
from backend.models.search_encoder.tower import PictureTower
from backend.models.weights import read_shards


@dataclass(frozen=True)
class Captioner:
    """What `backend.captioning.bundled` decodes captions with."""

    decoder: CaptionDecoder
    knn: KnnSentences
    words: list[str]  # by number
    image_encoder: SearchEncoder  # of which the image tower is used


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
    """Build from `config.json` in `folder`, then fill in the weights, on the encoder's device."""
    state = read_shards(folder)
    device = image_encoder.device
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    lines = as_rows(config["sentences"], MAX_WORDS)
    knn = KnnSentences(state.pop("recall").to(device), lines.to(device))
    decoder = CaptionDecoder(len(config["words"]), **config["network"])
    decoder.load_state_dict(state)
    decoder.eval().requires_grad_(False).to(device)
    return Captioner(decoder, knn, config["words"], image_encoder)
