"""What is kept of one pass: each layer's q, k and v, not the attention weights.

All weights of 512 tokens in SmolLM2 are 283 MB; its queries, keys and values are 47 MB, and the
weights of any head follow from them in a millisecond, by the same formula and on the same numbers:

    weights = softmax(q kᵀ · scaling + mask)          (formula.py)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from backend.attention import formula
from backend.attention.request import AttentionRequest
from backend.attention.tokens import PromptToken
from backend.messages import Message


@dataclass(frozen=True)
class Layer:
    """One layer's attention. H heads; G key-value heads, each shared by H / G heads (mostly 1)."""

    q: torch.Tensor  # (H, rows, size)
    k: torch.Tensor  # (G, columns, size)
    v: torch.Tensor  # (G, columns, size)
    mask: torch.Tensor | None  # (rows, columns), added to the scores
    scaling: float
    output: torch.Tensor  # (rows, H, size): the model's own results

    @property
    def heads(self) -> int:
        return self.q.shape[0]

    def group(self, head: int) -> int:
        """The key-value head that a head uses (grouped-query attention, Ainslie et al. 2023)."""
        return head // (self.heads // self.k.shape[0])

    def weights(self, head: int | None = None) -> torch.Tensor:
        """A head's weights (rows, columns), or without one all heads' (H, rows, columns)."""
        if head is None:
            return torch.stack([self.weights(h) for h in range(self.heads)])
        _, scaled = formula.scores(self.q[head], self.k[self.group(head)], self.scaling)
        return formula.weights(scaled, self.mask)


@dataclass(frozen=True)
class Stack:
    """Layers that attend from the same tokens (rows) to the same tokens (columns)."""

    name: str  # "self"; of an encoder-decoder "encoder", "decoder" or "cross"
    layers: tuple[Layer, ...]
    rows: tuple[PromptToken, ...]
    columns: tuple[PromptToken, ...]
    thumbnails: np.ndarray  # uint8 (layers, H, r, c), see thumbnails.py
    focus: np.ndarray  # float32 (layers, H): which heads to look at first, see record.focus

    @property
    def heads(self) -> int:
        return self.layers[0].heads

    @property
    def is_square(self) -> bool:
        return self.name != "cross"

    def most_focused(self) -> tuple[int, int]:
        """(layer, head) from 1: where to look first."""
        layer, head = np.unravel_index(int(self.focus.argmax()), self.focus.shape)
        return int(layer) + 1, int(head) + 1


@dataclass(frozen=True)
class Recording:
    """One text in one model: all that the views are computed from."""

    request: AttentionRequest  # its `model` is the row that ran
    model: str  # that model's name
    kind: str
    stacks: dict[str, Stack]
    inputs: dict[str, torch.Tensor]  # what the model was given; ablations change copies of it
    hidden: torch.Tensor | None = None  # (layers + 1, tokens, width): a decoder's residual stream
    notes: tuple[Message, ...] = ()
    total: int = 0  # tokens before the text was cut
    forward_seconds: float = 0.0
    written: str = ""  # what an encoder-decoder wrote

    def inputs_on(self, device: torch.device) -> dict[str, torch.Tensor]:
        """What the model was given, where it is now."""
        return {name: tensor.to(device) for name, tensor in self.inputs.items()}

    @property
    def first_stack(self) -> str:
        return "cross" if "cross" in self.stacks else next(iter(self.stacks))

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        layers = [layer for stack in self.stacks.values() for layer in stack.layers]
        tensors = [t for layer in layers for t in (layer.q, layer.k, layer.v, layer.output)]
        hidden = [] if self.hidden is None else [self.hidden]
        return sum(t.nbytes for t in [*tensors, *hidden])
