"""Attention compared with ablation: what changes when a token is masked or a head is zeroed.

All changes are rows of one batch: row 0 is the text as it is, then one row for each masked source
token (no token attends to it, in any layer), then one for each head of the layer (its output set
to zero). A long text's batch is run in parts, all compared with the same row 0. What is measured:

- decoder and encoder-decoder: by how much the logit of the predicted next token falls, at the
  target;
- encoder: 1 - cosine similarity of the sentence vector (mean over tokens) before and after. A
  masked token is left out of that mean, too, so part of the change is its own share of the mean.

Where the two disagree, attention does not explain (Jain and Wallace 2019).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from backend.attention.hooks import AttentionCall
from backend.attention.model import AttentionModel
from backend.attention.record import stack_modules
from backend.attention.recording import Recording
from backend.attention.request import ResolvedLook
from backend.attention.results import Ablation, strongest
from backend.errors import InputError
from backend.models.token_text import token_text

MAX_BATCH_TOKENS = 4096  # rows times tokens of one part: a few seconds on a laptop
MIN_SOURCES = 16  # tokens that are masked however long the text is; more if one part has room


@dataclass(frozen=True)
class Change:
    """What one row of the batch leaves out, from 0; nothing in row 0."""

    source: int | None = None
    head: int | None = None


class HeadAblation:
    """A hook that zeroes each batch row's head in one layer, if the row names one."""

    def __init__(self, module: Any, rows: list[Change], check: Callable[[], None]) -> None:
        self._module, self._rows, self._check = module, rows, check

    def __call__(self, call: AttentionCall) -> torch.Tensor:
        self._check()
        if call.module is not self._module:
            return call.output
        output = call.output.clone()  # (B, rows, H, size)
        for index, row in enumerate(self._rows):
            if row.head is not None:
                output[index, :, row.head] = 0
        return output


@torch.inference_mode()
def ablation(
    model: AttentionModel,
    recording: Recording,
    look: ResolvedLook,
    check: Callable[[], None] = lambda: None,
) -> Ablation:
    """The effects for the look's head and target token, calling `check` after each layer.

    An encoder-decoder is measured on its cross-attention; InputError for its other stacks.
    """
    if look.stack in ("encoder", "decoder"):
        raise InputError("effect_needs_cross")
    stack = recording.stacks[look.stack]
    row = look.token - 1
    weights = stack.layers[look.layer - 1].weights(look.head - 1)[row].numpy()
    inputs, count = _inputs(recording, row, model.model.device)
    batch_rows = max(1, MAX_BATCH_TOKENS // max(ids.shape[1] for ids in inputs.values()))
    sources = strongest(weights[:count], max(MIN_SOURCES, batch_rows - 1 - stack.heads))
    rows = [Change(), *(Change(source=int(source)) for source in sources)]
    rows += [Change(head=head) for head in range(stack.heads)]
    module = stack_modules(model)[look.stack][look.layer - 1]
    parts = [rows[first : first + batch_rows] for first in range(0, len(rows), batch_rows)]
    outputs = [_outputs(model, inputs, part, HeadAblation(module, part, check)) for part in parts]
    changes, prediction = _changes(model, torch.cat(outputs))
    masked, zeroed = changes[: len(sources)], changes[len(sources) :]
    return Ablation(
        measure="cosine" if model.kind == "encoder" else "logit",
        prediction=prediction,
        sources=sources,
        weights=weights[sources],
        changes=masked,
        head_changes=zeroed,
        correlation=rank_correlation(weights[sources], np.abs(masked)),
        left_out=count - len(sources),
    )


def rank_correlation(first: np.ndarray, second: np.ndarray) -> float | None:
    """Spearman's rho; None with fewer than three values, or where all of one side are equal."""
    from scipy.stats import spearmanr

    if len(first) < 3:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # equal values: the result is NaN, and None says so
        rho = float(spearmanr(first, second).statistic)
    return None if np.isnan(rho) else rho


def _inputs(
    recording: Recording, row: int, device: torch.device
) -> tuple[dict[str, torch.Tensor], int]:
    """The model's inputs up to the target, and how many source tokens there are."""
    inputs = recording.inputs_on(device)
    if recording.kind == "decoder":
        return {name: ids[:, : row + 1] for name, ids in inputs.items()}, row + 1
    if recording.kind == "seq2seq":  # what is written later does not change it
        inputs["decoder_input_ids"] = inputs["decoder_input_ids"][:, : row + 1]
    return inputs, inputs["input_ids"].shape[1]


def _outputs(
    model: AttentionModel, inputs: dict[str, torch.Tensor], rows: list[Change], hook: HeadAblation
) -> torch.Tensor:
    """Each row's result: an encoder's sentence vectors (B, width), else the logits at the target
    (B, vocabulary). Only the target's: those of every token can take gigabytes."""
    batch = _masked_batch(inputs, rows)
    if model.kind == "encoder":
        hidden = model.model(**batch, attention_hook=hook).last_hidden_state
        return sentence_vectors(hidden, batch["attention_mask"])
    if model.kind == "seq2seq":
        network = model.model
        hidden = network.model(**batch, attention_hook=hook, use_cache=False).last_hidden_state[
            :, -1
        ]
        return network.get_output_embeddings()(hidden) + network.final_logits_bias
    # Positions as in the whole text: a masked token must not move the others.
    positions = torch.arange(batch["input_ids"].shape[1], device=model.model.device)[None]
    options = {"use_cache": False, "position_ids": positions, "logits_to_keep": 1}
    return model.model(**batch, attention_hook=hook, **options).logits[:, -1]


def _masked_batch(inputs: dict[str, torch.Tensor], rows: list[Change]) -> dict[str, torch.Tensor]:
    """The inputs once for each row, without what the row masks."""
    batch = {name: ids.repeat(len(rows), 1) for name, ids in inputs.items()}
    for index, row in enumerate(rows):
        if row.source is not None:
            batch["attention_mask"][index, row.source] = 0
    return batch


def _changes(model: AttentionModel, outputs: torch.Tensor) -> tuple[np.ndarray, str]:
    """The change of each row against row 0, and the next token it is measured on."""
    if model.kind == "encoder":
        cosines = torch.cosine_similarity(outputs[:1], outputs[1:])
        return (1 - cosines).cpu().numpy(), ""
    token = int(outputs[0].argmax())
    changes = outputs[0, token] - outputs[1:, token]
    return changes.float().cpu().numpy(), token_text(model.tokenizer, token)


def sentence_vectors(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """(B, n, width), (B, n) -> (B, width): the mean over the tokens that the mask leaves."""
    kept = mask.unsqueeze(-1).to(hidden.dtype)
    return (hidden * kept).sum(1) / kept.sum(1).clamp(min=1)
