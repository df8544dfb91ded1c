"""The bundled captioner as a caption model: its tokens are whole words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from PIL.Image import Image
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d, interpolate

from backend.captioning.caption_model import as_maps
from backend.captioning.results import Frame
from backend.errors import InputError
from backend.models import captioner as captioners
from backend.models.captioner.decoder import END, MAX_WORDS, START
from backend.models.captioner.halves import Box, halves
from backend.models.captioner.kinds import by_kind
from backend.models.captioner.knn import KnnSentences
from backend.models.captioner.model import Captioner, memory_from, word_probabilities
from backend.models.captioner.two_things import told
from backend.models.search_encoder.plain_paper import shown
from backend.models.search_encoder.tower import SIDE

if TYPE_CHECKING:
    from backend.device import Device
    from backend.models.registry import ModelSpec

CELLS = 7  # on a side of the attribution maps
WHOLE: Box = (0, 0, SIDE, SIDE)


@dataclass(frozen=True)
class View:
    """What the image encoder's trunk gave of the picture, or of a half of it."""

    pooled: Tensor  # [1, F]
    last: Tensor  # [1, 320, 7, 7], its last feature map
    box: Box = WHOLE

    def of_map(self, last: Tensor) -> View:
        """The same with another last map, so that gradients go back to it: what the trunk pools
        ends with the map's mean and maximum."""
        tail = torch.cat([last.mean((2, 3)), last.amax((2, 3))], dim=1)
        pooled = torch.cat([self.pooled[:, : -tail.shape[1]], tail], dim=1)
        return View(pooled, last, self.box)


@dataclass(frozen=True)
class Encoded:
    """What the captioner keeps of a picture."""

    views: tuple[View, ...]  # the whole, then its halves in pairs
    memory: Tensor  # [1, 51, 384], what the decoder attends to
    known: KnnSentences  # what may be said, of a drawing and of a photograph, of two things, too
    weights: Tensor  # [S], how much each of those sentences counts, with sum 1
    shown: Tensor  # [49], how much of each cell is not plain background


class BundledCaptioner:
    """Over `backend.models.captioner`.

    Its decoder's attention is nearly uniform over the picture, and four fifths of each word's
    probability come from kNN, which no attention shows. So its attribution maps are gradients of
    the word's whole probability.
    """

    start: tuple[int, ...] = (START,)
    end = END
    maps_method = "maps_gradient"
    can_detail = False
    can_answer = False

    def __init__(self, captioner: Captioner) -> None:
        self.captioner, self.language = captioner, captioner.language
        self.question_prefix = captioner.opening

    def speaking(self, language: str) -> BundledCaptioner:
        chinese = self.captioner.chinese
        return BundledCaptioner(chinese) if language == "zh" and chinese else self

    def max_tokens(self, length: str) -> int:
        return MAX_WORDS - 1  # the start is one of them

    def min_tokens(self, length: str) -> int:
        return 0

    def encode(self, picture: Image, question: str = "", length: str = "short") -> Encoded:
        encoder = self.captioner.image_encoder
        pixels = encoder.pixels([picture])
        things = shown(pixels, CELLS).flatten().to(pixels.device)
        parts = [half for pair in halves(pixels[0]) for half in pair]
        seen = torch.cat([pixels, *(half.pixels[None].to(pixels) for half in parts)])
        boxes = [WHOLE, *(half.box for half in parts)]
        with torch.inference_mode():
            pooled, last = encoder.model.visual.trunk(seen)
        # Tensors made in inference mode never have gradients; `attribution_maps` needs copies.
        views = tuple(
            View(pooled[row : row + 1].clone(), last[row : row + 1].clone(), box)
            for row, box in enumerate(boxes)
        )
        with torch.inference_mode():
            return self._encoded(views, things)

    def _encoded(self, views: tuple[View, ...], things: Tensor) -> Encoded:
        tower, whole = self.captioner.image_encoder.model.visual, views[0]
        memory = memory_from(tower, whole.pooled, whole.last)
        pooled, last = (torch.cat([getattr(v, name) for v in views]) for name in ("pooled", "last"))
        features, scores = tower.features(pooled, last)
        both, classes = tower.as_drawings(features, scores), tower.classes(scores)
        drawings, photographs = self.captioner.drawings, self.captioner.photographs
        # How far both opinions agree on a name; the margin of two things was measured by that.
        surety = photographs.surety(both)
        readings = told(drawings, both, surety), told(photographs, classes, surety)
        known, weights = by_kind(*readings, tower.drawing_probability(features[:1])[0])
        return Encoded(views, memory, known, weights, things)

    def frame(self, picture: Image) -> Frame:
        """The square in the middle: the encoder fits the shorter side and crops the longer one."""
        width, height = picture.size
        side = min(width, height)
        return (1 - side / width) / 2, (1 - side / height) / 2, side / width, side / height

    @torch.inference_mode()
    def next_logprobs(self, encoded: Encoded, lines: Sequence[Sequence[int]]) -> Tensor:
        words = torch.tensor(lines, device=encoded.memory.device)
        scores = self.captioner.decoder(words, encoded.memory.expand(len(lines), -1, -1))
        probabilities = [
            self._next_word(encoded, line, row[-1]) for line, row in zip(lines, scores, strict=True)
        ]
        return torch.stack(probabilities).float().log().cpu()

    def _next_word(self, encoded: Encoded, line: Sequence[int], scores: Tensor) -> Tensor:
        """Probabilities [V] of the word after the line, from the decoder's scores [V] and kNN."""
        own = word_probabilities(scores)
        return encoded.known.next_word(encoded.weights, list(line[1:]), own)

    @torch.enable_grad()
    def attribution_maps(self, encoded: Encoded, line: Sequence[int]) -> Tensor:
        """HiResCAM (Draelos and Carin 2020) at the trunk's last feature map: activation times the
        gradient of the word's log-probability, summed over channels, of the picture and of its
        halves in their places; negative values cut off, and plain background left out."""
        maps = [view.last.detach().clone().requires_grad_() for view in encoded.views]
        views = [view.of_map(last) for view, last in zip(encoded.views, maps, strict=True)]
        again = self._encoded(tuple(views), encoded.shown)
        words = torch.tensor([line[:-1]], device=maps[0].device)
        scores = self.captioner.decoder(words, again.memory)[0]
        values = []
        for at, token in enumerate(line[1:]):
            probabilities = self._next_word(again, line[: at + 1], scores[at])
            logprob = probabilities[token].log()
            slopes = torch.autograd.grad(logprob, maps, retain_graph=True, allow_unused=True)
            placed = [
                _in_place((slope * last.detach())[0].sum(0), view.box)
                for slope, last, view in zip(slopes, maps, views, strict=True)
                if slope is not None
            ]
            values.append(torch.stack(placed).sum(0))
        found = (torch.stack(values).flatten(1) * encoded.shown).clamp(min=0)
        is_empty = found.sum(1, keepdim=True) < 1e-20
        return as_maps(found.where(~is_empty, encoded.shown), CELLS)

    def tokenize(self, text: str) -> list[int]:
        vocabulary = self.captioner.vocabulary
        words = vocabulary.cut(text)
        unknown = [word for word in words if word not in vocabulary.numbers]
        if unknown:
            raise InputError(
                "unknown_words",
                words=", ".join(unknown),
                count=len(vocabulary.numbers),
                opening=self.question_prefix,
            )
        return [vocabulary.numbers[word] for word in words]

    def text(self, tokens: Sequence[int]) -> str:
        return self.captioner.vocabulary.text(tokens)

    def continues_word(self, token: int) -> bool:
        return False


def _in_place(cells: Tensor, box: Box) -> Tensor:
    """A half's map [7, 7] where it lies in the picture's: [7, 7], with the same sum."""
    if box == WHOLE:
        return cells
    top, left, bottom, right = box
    fine = cells.new_zeros(SIDE, SIDE)
    size = (bottom - top, right - left)
    fine[top:bottom, left:right] = interpolate(cells[None, None], size=size, mode="bilinear")[0, 0]
    coarse = adaptive_avg_pool2d(fine[None], CELLS)[0]
    return coarse * (SIDE / CELLS) ** 2 * cells.numel() / (size[0] * size[1])


def load(spec: ModelSpec, device: Device) -> BundledCaptioner:
    """The registry's loader of the bundled captioner."""
    return BundledCaptioner(captioners.load(spec.source.fetch(), device.kind))
