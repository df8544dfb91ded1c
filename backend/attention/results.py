"""What comes out of the attention task. Needs no torch: the page can import it at start-up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from backend.attention.request import ResolvedLook
from backend.attention.tokens import PromptToken
from backend.run import RunCard

if TYPE_CHECKING:
    from backend.attention.recording import Recording, Stack


@dataclass(frozen=True)
class Attended:
    """A recording, how to look at it first, and what made it."""

    recording: Recording
    look: ResolvedLook
    card: RunCard


@dataclass(frozen=True)
class View:
    """One matrix: a head, or an average, over the tokens that are not hidden."""

    look: ResolvedLook
    stack: Stack
    rows: np.ndarray  # int (r,): which of the stack's rows are shown
    columns: np.ndarray  # int (c,)
    weights: np.ndarray  # float32 (r, c)

    @property
    def row_tokens(self) -> list[PromptToken]:
        """The tokens that attend, of the shown rows."""
        return [self.stack.rows[i] for i in self.rows]

    @property
    def column_tokens(self) -> list[PromptToken]:
        """The tokens attended to, of the shown columns."""
        return [self.stack.columns[i] for i in self.columns]

    @property
    def is_whole(self) -> bool:
        """Whether no token is hidden."""
        return self.weights.shape == (len(self.stack.rows), len(self.stack.columns))

    def as_json(self) -> dict[str, Any]:
        """Plain values for the API: weights[row][column] with nine significant digits, as many
        as a float32 needs."""
        return {
            "look": self.look.as_json(),
            "rows": [token.as_json() for token in self.row_tokens],
            "columns": [token.as_json() for token in self.column_tokens],
            "weights": [[float(f"{weight:.9g}") for weight in row] for row in self.weights],
        }


@dataclass(frozen=True)
class Steps:
    """One token's attention in one head; float32, c columns (tokens attended to), head size d."""

    q: np.ndarray  # (d,)
    k: np.ndarray  # (c, d)
    products: np.ndarray  # (c,)
    scaled: np.ndarray  # (c,)
    visible: np.ndarray  # bool (c,)
    weights: np.ndarray  # (c,)
    v: np.ndarray  # (c, d)
    output: np.ndarray  # (d,)
    model_output: np.ndarray  # (d,): the layer's own, recorded in the forward pass

    @property
    def difference(self) -> float:
        """The largest absolute difference between the recomputed output and the model's own."""
        return float(np.abs(self.output - self.model_output).max())

    def strongest(self, count: int, always: int | None = None) -> np.ndarray:
        """Which columns to show where there is room for so many: int (count or fewer,)."""
        return strongest(self.weights, count, always)


def strongest(weights: np.ndarray, count: int, always: int | None = None) -> np.ndarray:
    """The indices of the largest weights, in the text's order; `always` is among them."""
    order = np.argsort(-weights, kind="stable")[:count]
    if always is not None and always not in order:
        order = np.append(order[: count - 1], always)
    return np.sort(order)


@dataclass(frozen=True)
class Lens:
    """Predictions after the embedding and each of L layers, at w `positions` (from 0)."""

    positions: list[int]
    tokens: list[list[list[str]]]  # [L + 1][w][top k], most probable first
    probabilities: np.ndarray  # float32 (L + 1, w, top k)


@dataclass(frozen=True)
class Ablation:
    """s source tokens (indices from 0), H heads."""

    measure: str  # "logit" or "cosine"
    prediction: str  # the next token at the target; "" for an encoder
    sources: np.ndarray  # int (s,)
    weights: np.ndarray  # float32 (s,): the head's attention from the target to each source
    changes: np.ndarray  # float32 (s,): the effect of masking each source
    head_changes: np.ndarray  # float32 (H,): the effect of zeroing each head of the layer
    correlation: float | None  # Spearman's, of |changes| with weights; None if undefined
    left_out: int  # sources that were not masked: those with the least attention


@dataclass(frozen=True)
class ByHand:
    """n words, d numbers for each; float64."""

    products: np.ndarray  # (n, n): Q Kᵀ
    scaled: np.ndarray  # (n, n)
    visible: np.ndarray  # bool (n, n)
    weights: np.ndarray  # (n, n): rows sum to 1
    output: np.ndarray  # (n, d)


@dataclass(frozen=True)
class Toy:
    """A toy transformer worked out: n words, width d, f hidden numbers, u next words; float64."""

    x: np.ndarray  # (n, d)
    q: np.ndarray  # (n, d), as are k and v
    k: np.ndarray
    v: np.ndarray
    heads: tuple[ByHand, ...]  # each with d / heads of the columns
    joined: np.ndarray  # (n, d): the heads' outputs side by side
    attended: np.ndarray  # (n, d): X + joined W_O
    hidden: np.ndarray  # (n, f): after ReLU
    output: np.ndarray  # (n, d)
    logits: np.ndarray  # (n, u)
    probabilities: np.ndarray  # (n, u): rows sum to 1
