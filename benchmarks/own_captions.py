"""The gallery's own captions: is the picture that a caption was written for found first?

No model learns from the gallery, neither its pictures nor its captions; but two numbers, for which
pictures the opinion on drawings counts, are chosen by half of it (`training/familiarity.py`).
"""

import torch
from torch import Tensor

from backend import gallery
from backend.models.search_encoder.model import SearchEncoder
from backend.pictures import read_picture


def ranks(encoder: SearchEncoder, captions: list[str], pictures: Tensor) -> Tensor:
    """The place, from 0, of each caption's own picture among all, [N]; pictures are [N, D]."""
    cosines = encoder.encode_texts(captions) @ pictures.T
    return (cosines > cosines.diagonal().unsqueeze(1)).sum(1)


def gallery_pictures(encoder: SearchEncoder) -> Tensor:
    """The gallery's vectors [N, D]."""
    return encoder.encode_pictures(
        [read_picture(gallery.file_of(e.key)) for e in gallery.entries()]
    )


def found_among(places: Tensor, first: int) -> float:
    """Share of own pictures among the first so many."""
    return (places < first).to(torch.float32).mean().item()
