"""One interface for every caption model: how likely is each next token, and where it looked.

A caption model keeps nothing between two calls but what it has encoded; every way of decoding
(`decoding.py`) is written once, over this.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import torch
from PIL.Image import Image
from torch import Tensor

from backend.captioning.results import Frame

if TYPE_CHECKING:
    from backend.device import Device


class CaptionModel(Protocol):
    """What all caption models can do. `encoded` is whatever the model's own `encode` returned."""

    start: tuple[int, ...]  # the tokens that every caption begins with
    end: int  # the token that ends one
    maps_method: str  # code of the message that says how its attribution maps are computed
    can_detail: bool  # whether it has a longer form
    can_answer: bool  # whether it can be asked a question
    language: str  # that it speaks, "en" or "zh"
    question_prefix: str  # what it continues in place of an answer, where it has none

    def speaking(self, language: str) -> CaptionModel:
        """The same model in that language; itself, where it has no words of it."""

    def max_tokens(self, length: str) -> int:
        """How many tokens a caption may have, the end token included."""

    def min_tokens(self, length: str) -> int:
        """How many tokens a caption must have before it may end."""

    def encode(self, picture: Image, question: str = "", length: str = "short") -> Any:
        """A picture, and for a model that answers also the question about it."""

    def frame(self, picture: Image) -> Frame:
        """The part of the picture that the model sees; the attribution maps cover it."""

    def next_logprobs(self, encoded: Any, lines: Sequence[Sequence[int]]) -> Tensor:
        """Log-probabilities [B, V] of the token after each line, float32 on the CPU. All lines
        have the same length and begin with `start`."""

    def attribution_maps(self, encoded: Any, line: Sequence[int]) -> Tensor:
        """Where the model looked for each token after the first, [T - 1, rows, columns], each map
        non-negative with sum 1; float32 on the CPU."""

    def tokenize(self, text: str) -> list[int]:
        """The tokens of a text. InputError for words that the model cannot say."""

    def text(self, tokens: Sequence[int]) -> str:
        """Tokens as people read them."""

    def continues_word(self, token: int) -> bool:
        """Whether the token belongs to the same word as the one before it."""


def as_maps(values: Tensor, rows: int) -> Tensor:
    """Values [T, rows * columns] as attribution maps [T, rows, columns] with sum 1. Negative
    values are cut off; a map with nothing left is uniform."""
    shares = values.float().clamp(min=0)
    sums = shares.sum(-1, keepdim=True)
    uniform = shares.new_full(shares.shape, 1 / shares.shape[-1])
    maps = (shares / sums.clamp(min=1e-30)).where(sums > 1e-20, uniform)
    return maps.unflatten(-1, (rows, -1)).cpu()


def load_frozen(network: Any, folder: Path, device: Device, use_safetensors: bool = True) -> Any:
    """A network of transformers with the folder's weights, on the device, not to be trained.
    Without safetensors torch reads them with weights_only=True, which runs no code."""
    model = network.from_pretrained(
        folder,
        dtype=getattr(torch, device.dtype),
        use_safetensors=use_safetensors,
        local_files_only=True,
        trust_remote_code=False,
    )
    return model.eval().requires_grad_(False).to(device.kind)
