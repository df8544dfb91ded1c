"""The bundled captioner as a caption model: its tokens are whole words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import torch
from PIL.Image import Image
from torch import Tensor

from backend.captioning.caption_model import as_maps
from backend.captioning.results import Frame
from backend.errors import InputError
from backend.models import captioner as captioners
from backend.models.captioner.decoder import END, MAX_WORDS, START, WHOLE_SLOTS
from backend.models.captioner.model import Captioner, memory_from, word_probabilities
from backend.models.search_encoder.plain_paper import shown

if TYPE_CHECKING:
    from backend.device import Device
    from backend.models.registry import ModelSpec

CELLS = 7  # on a side of the attribution maps


@dataclass(frozen=True)
class Encoded:
    """What the captioner keeps of a picture."""

    pooled: Tensor  # [1, F], what the image encoder's trunk gave
    last: Tensor  # [1, 320, 7, 7], the trunk's last feature map
    memory: Tensor  # [1, 51, 384], what the decoder attends to
    weights: Tensor  # [S], how near each known sentence is
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
        self.captioner = captioner
        self._ids = {word: number for number, word in enumerate(captioner.words)}

    def max_tokens(self, length: str) -> int:
        return MAX_WORDS - 1  # the start is one of them

    def min_tokens(self, length: str) -> int:
        return 0

    def encode(self, picture: Image, question: str = "", length: str = "short") -> Encoded:
        encoder = self.captioner.image_encoder
        pixels = encoder.pixels([picture])
        things = shown(pixels, CELLS).flatten().to(pixels.device)
        with torch.inference_mode():
            pooled, last = encoder.model.visual.trunk(pixels)
            encoded = self._encoded(pooled, last, things)
        # Tensors made in inference mode never have gradients; `attribution_maps` needs copies.
        return replace(encoded, pooled=encoded.pooled.clone(), last=encoded.last.clone())

    def _encoded(self, pooled: Tensor, last: Tensor, things: Tensor) -> Encoded:
        memory = memory_from(self.captioner.image_encoder.model.visual, pooled, last)
        weights = self.captioner.knn.weights(memory[0, :WHOLE_SLOTS].sum(0))
        return Encoded(pooled, last, memory, weights, things)

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
        return self.captioner.knn.next_word(encoded.weights, list(line[1:]), own)

    @torch.enable_grad()
    def attribution_maps(self, encoded: Encoded, line: Sequence[int]) -> Tensor:
        """HiResCAM (Draelos and Carin 2020) at the trunk's last feature map: activation times the
        gradient of the word's log-probability, summed over channels; negative values cut off, and
        plain background left out."""
        last = encoded.last.detach().clone().requires_grad_()
        # What the trunk pools ends with the mean and the maximum of this map.
        tail = torch.cat([last.mean((2, 3)), last.amax((2, 3))], dim=1)
        pooled = torch.cat([encoded.pooled[:, : -tail.shape[1]], tail], dim=1)
        again = self._encoded(pooled, last, encoded.shown)
        words = torch.tensor([line[:-1]], device=last.device)
        scores = self.captioner.decoder(words, again.memory)[0]
        values = []
        for at, token in enumerate(line[1:]):
            probabilities = self._next_word(again, line[: at + 1], scores[at])
            (slope,) = torch.autograd.grad(probabilities[token].log(), last, retain_graph=True)
            values.append((slope * last.detach())[0].sum(0).flatten())
        found = (torch.stack(values) * encoded.shown).clamp(min=0)
        is_empty = found.sum(1, keepdim=True) < 1e-20
        return as_maps(found.where(~is_empty, encoded.shown), CELLS)

    def tokenize(self, text: str) -> list[int]:
        words = [word.strip(".,;:!?\"'()").lower() for word in text.split()]
        unknown = [word for word in words if word not in self._ids or word.startswith("<")]
        if unknown:
            raise InputError("unknown_words", words=", ".join(unknown), count=len(self._ids) - 3)
        return [self._ids[word] for word in words]

    def text(self, tokens: Sequence[int]) -> str:
        return " ".join(self.captioner.words[token] for token in tokens)

    def continues_word(self, token: int) -> bool:
        return False


def load(spec: ModelSpec, device: Device) -> BundledCaptioner:
    """The registry's loader of the bundled captioner."""
    return BundledCaptioner(captioners.load(spec.source.fetch(), device.kind))
