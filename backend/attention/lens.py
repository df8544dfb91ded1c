"""The logit lens (nostalgebraist 2020): a decoder's next-token predictions after each layer.

The residual stream after each layer goes through the final norm, the output embedding and softmax,
as if that layer were the last. The last row is the model's real prediction.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from backend.attention.formula import softmax
from backend.attention.model import AttentionModel
from backend.attention.recording import Recording
from backend.attention.results import Lens
from backend.errors import InputError
from backend.models.token_text import token_text

MAX_POSITIONS = 12  # tokens side by side
TOP_K = 5  # predictions at each of them


@torch.inference_mode()
def logit_lens(model: AttentionModel, recording: Recording, token: int) -> Lens:
    """The predictions at the `token`-th token (from 1) and up to MAX_POSITIONS - 1 before it."""
    if recording.hidden is None:
        raise InputError("lens_needs_decoder")
    positions = list(range(max(0, token - MAX_POSITIONS), token))
    hidden = recording.hidden[:, positions].to(model.model.device)  # (L + 1, w, width)
    last = hidden[-1:]  # transformers has applied the final norm to the last one already
    normed = torch.cat([_final_norm(model.model)(hidden[:-1]), last])
    ids, probabilities = [], []
    for layer in normed:  # one layer at a time: w x vocabulary numbers, not (L + 1) times as many
        top = softmax(model.model.get_output_embeddings()(layer)).topk(TOP_K)
        ids.append(top.indices.tolist())
        probabilities.append(top.values.cpu().numpy())
    tokens = [[[token_text(model.tokenizer, i) for i in cell] for cell in row] for row in ids]
    return Lens(positions, tokens, np.stack(probabilities))


def _final_norm(model: Any) -> Any:
    """The norm before the output embedding: `norm` in Llama and Qwen, `ln_f` in GPT-2."""
    base = model.base_model
    return base.norm if hasattr(base, "norm") else base.ln_f
