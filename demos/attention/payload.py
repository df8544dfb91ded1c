"""What travels to the browser for the attention tab: plain JSON values, small.

The first view of 512 tokens stays under 400 kB: all heads as thumbnails, one head in full.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from backend import packing
from backend.attention.request import ResolvedLook
from backend.attention.results import Ablation, Lens, PromptToken, Steps
from backend.attention.service import Attention
from demos.attention import strings as texts
from demos.shared.endpoints import Json
from demos.shared.strings import unfilled

if TYPE_CHECKING:
    from backend.attention.results import Recording

MAX_STEP_ROWS = 12  # tokens shown step by step; the others are summed up

STYLES = ("attention/stage.css", "attention/views.css")  # what the stage is dressed in


def first_view(language: str, key: str, recording: Recording, look: ResolvedLook) -> Json:
    """All that the stage needs to begin with."""
    return {
        "key": key,
        "kind": recording.kind,
        "words": {name: unfilled(language, f"attention.{name}") for name in texts.ON_STAGE},
        "stacks": {name: _stack(recording, name) for name in recording.stacks},
        "tokens": _tokens(recording),
        "pair": bool(recording.request.second) and recording.kind != "seq2seq",
        "first": matrix(recording, look),
    }


def matrix(recording: Recording, look: ResolvedLook) -> Json:
    """One matrix, and which of the stack's tokens its rows and columns are (None: all)."""
    view = Attention.view(recording, look)
    return {
        "look": look.as_json(),
        "rows": None if view.is_whole else view.rows.tolist(),
        "columns": None if view.is_whole else view.columns.tolist(),
        "weights": packing.pack_weights(view.weights),
    }


def exact_row(recording: Recording, look: ResolvedLook) -> Json:
    """The look's token's row as float32; of a hidden token, the next row that is shown."""
    view = Attention.view(recording, look)
    row = int(np.searchsorted(view.rows, look.token - 1))
    return {"weights": packing.pack(view.weights[min(row, len(view.rows) - 1)])}


def step_by_step(recording: Recording, look: ResolvedLook) -> Json:
    """The look's head and token, step by step: the MAX_STEP_ROWS largest weights in full."""
    steps = Attention.steps(recording, look)
    itself = look.token - 1 if recording.stacks[look.stack].is_square else None
    shown = steps.strongest(MAX_STEP_ROWS, always=itself)
    return {
        "rows": [_step_row(steps, int(column)) for column in shown],
        "size": len(steps.q),
        "hidden_tokens": len(steps.weights) - len(shown),
        "hidden_weight": float(steps.weights.sum() - steps.weights[shown].sum()),
        "q": packing.pack(steps.q),
        "k": packing.pack(steps.k[shown]),
        "v": packing.pack(steps.v[shown]),
        "output": packing.pack(steps.output),
        "model_output": packing.pack(steps.model_output),
        "difference": steps.difference,
    }


def _step_row(steps: Steps, column: int) -> Json:
    return {
        "column": column,
        "product": float(steps.products[column]),
        "scaled": float(steps.scaled[column]),
        "visible": bool(steps.visible[column]),
        "weight": float(steps.weights[column]),
    }


def rollout(recording: Recording, look: ResolvedLook) -> Json:
    """The look's token's rollout after each layer."""
    return {"weights": packing.pack_weights(Attention.rollout(recording, look))}


def by_hand(q: object, k: object, v: object, causal: bool) -> Json:
    """The steps for a small table, as lists; None stands for minus infinity."""
    steps = Attention.by_hand(q, k, v, causal)
    masked = [
        [float(score) if seen else None for score, seen in zip(row, visible, strict=True)]
        for row, visible in zip(steps.scaled, steps.visible, strict=True)
    ]
    return {
        "size": steps.output.shape[1],
        "products": steps.products.tolist(),
        "scaled": steps.scaled.tolist(),
        "masked": masked,
        "weights": steps.weights.tolist(),
        "output": steps.output.tolist(),
    }


def predictions(lens: Lens) -> Json:
    """The logit lens: the most probable next tokens after each layer."""
    return {
        "what": "lens",
        "positions": lens.positions,
        "tokens": lens.tokens,
        "probabilities": np.round(lens.probabilities.astype(float), 5).tolist(),
    }


def effects(ablation: Ablation) -> Json:
    """Attention weights beside the effect of masking each token and zeroing each head."""
    return {
        "what": "effect",
        "measure": ablation.measure,
        "prediction": ablation.prediction,
        "sources": ablation.sources.tolist(),
        "weights": ablation.weights.tolist(),
        "changes": ablation.changes.tolist(),
        "head_changes": ablation.head_changes.tolist(),
        "correlation": ablation.correlation,
        "left_out": ablation.left_out,
    }


def _stack(recording: Recording, name: str) -> Json:
    stack = recording.stacks[name]
    return {
        "layers": len(stack.layers),
        "heads": stack.heads,
        "rows": "target" if name in ("decoder", "cross") else "source",
        "columns": "target" if name == "decoder" else "source",
        "thumbnails": packing.pack(stack.thumbnails),
    }


def _tokens(recording: Recording) -> dict[str, list[list[Any]]]:
    """The tokens of the text, and for an encoder-decoder those of the other text."""
    stacks = recording.stacks
    if "cross" not in stacks:
        return {"source": _rows(stacks["self"].rows)}
    return {"source": _rows(stacks["cross"].columns), "target": _rows(stacks["cross"].rows)}


def _rows(tokens: tuple[PromptToken, ...]) -> list[list[Any]]:
    return [
        [t.text, t.token, t.id, t.start, t.end, t.special, t.sentence, t.part, t.parts]
        for t in tokens
    ]
