"""What may be said of a picture as a drawing and as a photograph, by how likely it is either.

The image tower has an opinion on drawings and a mixture of ImageNet's classes. As a drawing, both
tell what it shows, by the sentences about drawings. As a photograph the mixture does alone, by all
sentences: what is drawn is photographed, too, but many of the classes are breeds and makes that
nobody draws. Which of the two the picture is, the tower tells as well (`drawing_probability`).
"""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from backend.models.captioner.knn import KnnSentences

Known = tuple[KnnSentences, Tensor]  # sentences and how much each counts, with sum 1


def of_drawings(knn: KnnSentences) -> KnnSentences:
    """Those that do not begin as one about a photograph does."""
    drawing, photograph = _openings(knn)
    kept = ~_begins(knn.lines, photograph)
    return replace(knn, vectors=knn.vectors[kept], lines=knn.lines[kept], openings=[drawing])


def of_photographs(knn: KnnSentences) -> KnnSentences:
    """All, those about drawings as if about photographs."""
    drawing, photograph = _openings(knn)
    lines = knn.lines.clone()
    lines[_begins(lines, drawing), : len(photograph)] = lines.new_tensor(photograph)
    return replace(knn, lines=lines, openings=[photograph])


def by_kind(as_drawing: Known, as_photograph: Known, probability: Tensor) -> Known:
    """Both readings of one picture together; `probability` is a scalar from 0, a photograph, to 1,
    a drawing."""
    (knn, weights), (other, others) = as_drawing, as_photograph
    lines = torch.cat([knn.lines, other.lines])
    return replace(knn, lines=lines), torch.cat([weights * probability, others * (1 - probability)])


def _openings(knn: KnnSentences) -> tuple[list[int], list[int]]:
    """Of drawings and of photographs, of one length: the one is put in the place of the other."""
    drawing, photograph = knn.openings
    assert len(drawing) == len(photograph)
    return drawing, photograph


def _begins(lines: Tensor, opening: list[int]) -> Tensor:
    """Whether each of the lines [S, L] begins with the opening."""
    return (lines[:, : len(opening)] == lines.new_tensor(opening)).all(1)
