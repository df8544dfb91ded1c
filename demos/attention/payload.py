"""What travels to the browser for the attention tab: plain JSON values, small.

The first view of 512 tokens stays under 400 kB: all heads as thumbnails, one head in full.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from backend import packing
from backend.attention import by_hand, positions, rollout, steps
from backend.attention.ablation import Effect
from backend.attention.lens import Lens
from backend.attention.recording import Recording
from backend.attention.request import Look
from backend.attention.tokens import Piece
from backend.attention.view import settled, view
from demos.attention import strings as texts
from demos.shared.strings import unfilled

STEP_ROWS = 12  # tokens shown step by step; the others are summed up


def first_view(language: str, key: str, recording: Recording, look: Look) -> dict[str, Any]:
    """All that the stage needs to begin with."""
    return {
        "key": key,
        "kind": recording.kind,
        "words": {name: unfilled(language, f"attention.{name}") for name in texts.ON_STAGE},
        "stacks": {name: _stack(recording, name) for name in recording.stacks},
        "pieces": _pieces(recording),
        "pair": bool(recording.request.second) and recording.kind != "seq2seq",
        "first": looked(recording, look),
        "hand": by_hand.EXAMPLE,
        "positions": packing.pack(positions.sinusoidal(64, 64).astype(np.float32)),
    }


def looked(recording: Recording, look: Look) -> dict[str, Any]:
    """One matrix, and which of the stack's tokens its rows and columns are (None: all)."""
    seen = view(recording, look)
    everything = seen.weights.shape == (len(seen.stack.rows), len(seen.stack.columns))
    return {
        "look": vars(seen.look),
        "rows": None if everything else seen.rows.tolist(),
        "columns": None if everything else seen.columns.tolist(),
        "weights": packing.pack_weights(seen.weights),
    }


def exact_row(recording: Recording, look: Look) -> dict[str, Any]:
    """The look's token's row as float32."""
    seen = view(recording, look)
    assert seen.look.token
    row = int(np.searchsorted(seen.rows, seen.look.token - 1))
    return {"weights": packing.pack(seen.weights[min(row, len(seen.rows) - 1)])}


def step_by_step(recording: Recording, look: Look) -> dict[str, Any]:
    """The look's head and token, step by step: the strongest STEP_ROWS columns in full."""
    stack, look = settled(recording, look)
    assert look.layer and look.head and look.token
    done = steps.steps(stack.layers[look.layer - 1], look.head - 1, look.token - 1)
    own = look.token - 1 if stack.is_square else None
    shown = steps.strongest(done.weights, STEP_ROWS, always=own)
    rows = [
        {
            "column": int(column),
            "product": float(done.products[column]),
            "scaled": float(done.scaled[column]),
            "visible": bool(done.visible[column]),
            "weight": float(done.weights[column]),
        }
        for column in shown
    ]
    return {
        "rows": rows,
        "size": len(done.q),
        "hidden_tokens": len(done.weights) - len(shown),
        "hidden_weight": float(done.weights.sum() - done.weights[shown].sum()),
        "q": packing.pack(done.q),
        "k": packing.pack(done.k[shown]),
        "v": packing.pack(done.v[shown]),
        "output": packing.pack(done.output),
        "model_output": packing.pack(done.model_output),
        "difference": done.difference,
    }


def rolled(recording: Recording, look: Look) -> dict[str, Any]:
    """The look's token's rollout after each layer."""
    stack, look = settled(recording, look)
    assert look.token
    return {"weights": packing.pack_weights(rollout.rolled_rows(stack, look.token - 1))}


def worked_by_hand(q: object, k: object, v: object, causal: bool) -> dict[str, Any]:
    """The steps for a small table, as lists; None stands for minus infinity."""
    done = by_hand.by_hand(q, k, v, causal)
    masked = [
        [float(score) if seen else None for score, seen in zip(row, visible, strict=True)]
        for row, visible in zip(done.scaled, done.visible, strict=True)
    ]
    return {
        "size": done.output.shape[1],
        "products": done.products.tolist(),
        "scaled": done.scaled.tolist(),
        "masked": masked,
        "weights": done.weights.tolist(),
        "output": done.output.tolist(),
    }


def guesses(found: Lens) -> dict[str, Any]:
    return {
        "what": "lens",
        "positions": found.positions,
        "tokens": found.tokens,
        "probabilities": np.round(found.probabilities.astype(float), 5).tolist(),
    }


def effects(found: Effect) -> dict[str, Any]:
    return {
        "what": "effect",
        "measure": found.measure,
        "prediction": found.prediction,
        "sources": found.sources.tolist(),
        "weights": found.weights.tolist(),
        "changes": found.changes.tolist(),
        "head_changes": found.head_changes.tolist(),
        "correlation": found.correlation,
        "left_out": found.left_out,
    }


def _stack(recording: Recording, name: str) -> dict[str, Any]:
    stack = recording.stacks[name]
    return {
        "layers": len(stack.layers),
        "heads": stack.heads,
        "rows": "target" if name in ("decoder", "cross") else "source",
        "columns": "target" if name == "decoder" else "source",
        "thumbs": packing.pack(stack.thumbnails),
    }


def _pieces(recording: Recording) -> dict[str, list[list[Any]]]:
    """The tokens of the text, and for an encoder-decoder those of the other text."""
    stacks = recording.stacks
    if "cross" not in stacks:
        return {"source": _rows(stacks["self"].rows)}
    return {"source": _rows(stacks["cross"].columns), "target": _rows(stacks["cross"].rows)}


def _rows(pieces: tuple[Piece, ...]) -> list[list[Any]]:
    return [
        [p.text, p.token, p.id, p.start, p.end, p.special, p.sentence, p.part, p.parts]
        for p in pieces
    ]
