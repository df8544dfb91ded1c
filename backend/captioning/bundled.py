"""The bundled captioner as a speaker: its pieces are whole words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from PIL.Image import Image
from torch import Tensor

from backend.captioning.caption_model import Frame, as_looks
from backend.errors import InputError
from backend.models.captioner.decoder import END, LONGEST, OPINIONS, START
from backend.models.captioner.model import Captioner, memory_from, spoken

CELLS = 7  # on a side


@dataclass(frozen=True)
class Seen:
    """What the tower's trunk gave (`pooled` [1, F], `last` [1, 320, 7, 7]), the decoder's memory
    [1, 51, 384] of it, and the weights [S] of the sentences that it calls to mind."""

    pooled: Tensor
    last: Tensor
    memory: Tensor
    weights: Tensor


class OwnSpeaker:
    """Over `backend.models.captioner`; the same words as its own greedy loop.

    Its decoder's attention is nearly even over the picture, and four fifths of each word come from
    recall, which no attention shows. So its looks are gradients of the word's whole probability.
    """

    start: tuple[int, ...] = (START,)
    end = END
    looks_by = "looks_gradient"
    can_detail = False
    can_answer = False

    def __init__(self, captioner: Captioner) -> None:
        self.captioner = captioner
        self._numbers = {word: number for number, word in enumerate(captioner.words)}

    def longest(self, length: str) -> int:
        return LONGEST - 1  # its start is one of them

    def least(self, length: str) -> int:
        return 0

    def see(self, picture: Image, question: str = "", length: str = "short") -> Seen:
        eye = self.captioner.eye
        with torch.inference_mode():
            seen = self._remember(*eye.model.visual.trunk(eye.pixels([picture])))
        # What is made in inference mode has no gradients ever; `looks` asks for those of copies.
        return replace(seen, pooled=seen.pooled.clone(), last=seen.last.clone())

    def _remember(self, pooled: Tensor, last: Tensor) -> Seen:
        memory = memory_from(self.captioner.eye.model.visual, pooled, last)
        weights = self.captioner.recall.weights(memory[0, :OPINIONS].sum(0))
        return Seen(pooled, last, memory, weights)

    def frame(self, picture: Image) -> Frame:
        """The square in the middle: the encoder fits the shorter side and cuts the longer one."""
        width, height = picture.size
        side = min(width, height)
        return (1 - side / width) / 2, (1 - side / height) / 2, side / width, side / height

    @torch.inference_mode()
    def next(self, seen: Any, lines: Sequence[Sequence[int]]) -> Tensor:
        words = torch.tensor(lines, device=seen.memory.device)
        scores = self.captioner.decoder(words, seen.memory.expand(len(lines), -1, -1))[0]
        recall = self.captioner.recall
        chances = [
            recall.next_word(seen.weights, list(line[1:]), spoken(row))
            for line, row in zip(lines, scores[:, -1], strict=True)
        ]
        return torch.stack(chances).float().log().cpu()

    @torch.enable_grad()
    def looks(self, seen: Any, line: Sequence[int]) -> Tensor:
        """HiResCAM (Draelos and Carin 2020) at the trunk's last map: activation times the gradient
        of the word's log-probability, summed over channels; what lowers it is cut off."""
        last = seen.last.detach().clone().requires_grad_()
        own = torch.cat([last.mean((2, 3)), last.amax((2, 3))], dim=1)  # the end of what is pooled
        again = self._remember(torch.cat([seen.pooled[:, : -own.shape[1]], own], dim=1), last)
        words = torch.tensor([line[:-1]], device=last.device)
        scores = self.captioner.decoder(words, again.memory)[0][0]
        values = []
        for at, piece in enumerate(line[1:]):
            chances = self.captioner.recall.next_word(
                again.weights, list(line[1 : at + 1]), spoken(scores[at])
            )
            (slope,) = torch.autograd.grad(chances[piece].log(), last, retain_graph=True)
            values.append((slope * last.detach())[0].sum(0).flatten())
        return as_looks(torch.stack(values), CELLS)

    def read(self, text: str) -> list[int]:
        words = [word.strip(".,;:!?\"'()").lower() for word in text.split()]
        unknown = [word for word in words if word not in self._numbers or word.startswith("<")]
        if unknown:
            raise InputError(
                "unknown_words", words=", ".join(unknown), count=len(self._numbers) - 3
            )
        return [self._numbers[word] for word in words]

    def text(self, pieces: Sequence[int]) -> str:
        return " ".join(self.captioner.words[piece] for piece in pieces)

    def joins(self, piece: int) -> bool:
        return False
