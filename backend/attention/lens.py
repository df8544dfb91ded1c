"""The logit lens (nostalgebraist 2020): a decoder's next-token guess after each layer.

The residual stream after a layer is read as if it were the last: final norm, output embedding,
softmax. The last row is the model's real prediction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from backend.attention.model import AttentionModel
from backend.attention.recording import Recording
from backend.errors import InputError

WIDTH = 12  # tokens side by side
TOP = 5


@dataclass(frozen=True)
class Lens:
    """Guesses after the embedding and each of L layers, at `positions` (from 0): w of them."""

    positions: list[int]
    tokens: list[list[list[str]]]  # [L + 1][w][TOP], the likeliest first
    probabilities: np.ndarray  # float32 (L + 1, w, TOP)


@torch.inference_mode()
def lens(model: AttentionModel, recording: Recording, token: int) -> Lens:
    """The guesses at the `token`-th token (from 1) and up to WIDTH - 1 before it."""
    if recording.hidden is None:
        raise InputError("lens_needs_decoder")
    positions = list(range(max(0, token - WIDTH), token))
    hidden = recording.hidden[:, positions].to(model.model.device)  # (L + 1, w, width)
    last = hidden[-1:]  # transformers has applied the final norm to the last one already
    normed = torch.cat([_final_norm(model.model)(hidden[:-1]), last])
    ids, probabilities = [], []
    for layer in normed:  # one layer at a time: w x vocabulary numbers, not (L + 1) times as many
        likely = model.model.get_output_embeddings()(layer).softmax(-1).topk(TOP)
        ids.append(likely.indices.tolist())
        probabilities.append(likely.values.cpu().numpy())
    tokens = [[[readable(model.tokenizer, i) for i in cell] for cell in row] for row in ids]
    return Lens(positions, tokens, np.stack(probabilities))


def readable(tokenizer: Any, token_id: int) -> str:
    """A token's text; a part of a character, which has none, as the vocabulary writes it."""
    text = str(tokenizer.decode([token_id]))
    return (
        text
        if text and "\N{REPLACEMENT CHARACTER}" not in text
        else str(tokenizer.convert_ids_to_tokens(token_id))
    )


def _final_norm(model: Any) -> Any:
    """The norm before the output embedding: `norm` in Llama and Qwen, `ln_f` in GPT-2."""
    base = model.base_model
    return base.norm if hasattr(base, "norm") else base.ln_f
