"""The two halves of a picture, for a picture that shows two things.

It is cut between two things where there is air between them, else in the middle; once from top to
bottom and once from side to side. Each half is shown as a picture of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import interpolate, pad

from backend.models.search_encoder.plain_paper import plain

LEAST = 0.04  # share of a picture that must be there of each half
EDGE = 0.06  # of a half's longer side: what is left free around it
Box = tuple[int, int, int, int]  # top, left, bottom, right in pixels


@dataclass(frozen=True)
class Half:
    """Where it is, and what it looks like, [3, side, side]."""

    box: Box
    pixels: Tensor


def halves(pixels: Tensor) -> list[tuple[Half, Half]]:
    """At most two pairs, left and right and then top and bottom, of a picture [3, side, side]."""
    paper = plain(pixels.float().cpu().numpy())
    there = ~paper
    pairs = []
    for axis in (1, 0):
        boxes = _boxes(there, axis)
        if boxes:
            pairs.append((_shown(pixels, paper, boxes[0]), _shown(pixels, paper, boxes[1])))
    return pairs


def _boxes(there: np.ndarray, axis: int) -> list[Box]:
    """What is there on both sides of the cut across `axis`; nothing where one has too little."""
    cut = cut_of(np.asarray(there.any(1 - axis)))
    sides = np.zeros((2, *there.shape), bool)
    near, far = np.split(there, [cut], axis)
    if axis == 1:
        sides[0][:, :cut], sides[1][:, cut:] = near, far
    else:
        sides[0][:cut], sides[1][cut:] = near, far
    if min(side.mean() for side in sides) < LEAST:
        return []
    return [_box(side) for side in sides]


def cut_of(line: np.ndarray) -> int:
    """Where to cut a line of places that are there or not: in the middle of the widest gap between
    such that are, else in their middle."""
    places = np.flatnonzero(line)
    if not len(places):
        return len(line) // 2
    gaps = np.diff(places)
    widest = int(gaps.argmax()) if len(gaps) else 0
    if len(gaps) and gaps[widest] > 1:
        return int(places[widest] + places[widest + 1] + 1) // 2
    return int(places[0] + places[-1] + 1) // 2


def _box(there: np.ndarray) -> Box:
    rows, columns = np.flatnonzero(there.any(1)), np.flatnonzero(there.any(0))
    return int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1


def _shown(pixels: Tensor, paper: np.ndarray, box: Box) -> Half:
    """The half in the middle of a square: on its own paper, where it has some."""
    top, left, bottom, right = box
    part, side = pixels[:, top:bottom, left:right].float(), pixels.shape[-1]
    tall, wide = part.shape[1:]
    if paper.any():
        colour = pixels.float()[:, torch.from_numpy(paper)].median(1).values.view(3, 1, 1)
        square = round(max(tall, wide) * (1 + 2 * EDGE))
        above, before = (square - tall) // 2, (square - wide) // 2
        room = (before, square - wide - before, above, square - tall - above)
        part = pad(part - colour, room) + colour
    return Half(box, interpolate(part[None], size=(side, side), mode="bilinear", antialias=True)[0])
