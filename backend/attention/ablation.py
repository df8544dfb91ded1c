"""Attention beside effect: what really changes when a token is masked or a head is silenced.

All changes are rows of one batch: row 0 is the text as it is, then one row for each masked source
token (no token sees it, in any layer), then one for each head of the layer (its output set to
zero). A long text's batch is run in parts, all against the same row 0. What is measured:

- decoder and encoder-decoder: how much the logit of the next token, as the model predicts it at
  the target, falls;
- encoder: 1 - cosine between the sentence vector (mean over tokens) before and after. A masked
  token is left out of that mean, too: part of the turn is its own share of the mean.

Where the two disagree, attention does not explain (Jain and Wallace 2019).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from backend.attention.hooks import Seen
from backend.attention.lens import readable
from backend.attention.model import AttentionModel
from backend.attention.recording import Recording, Stack
from backend.attention.request import Look
from backend.attention.steps import strongest
from backend.attention.view import settled
from backend.errors import InputError

MAX_BATCH_TOKENS = 4096  # rows times tokens of one part: what a laptop does in some seconds
MIN_SOURCES = 16  # are masked however long the text is; more where one part has room for them


@dataclass(frozen=True)
class Effect:
    """s source tokens (indices from 0), H heads."""

    measure: str  # "logit" or "cosine"
    prediction: str  # the next token at the target; "" for an encoder
    sources: np.ndarray  # int (s,)
    weights: np.ndarray  # float32 (s,): the head's attention from the target to each source
    changes: np.ndarray  # float32 (s,): the effect of masking each source
    head_changes: np.ndarray  # float32 (H,): the effect of silencing each head of the layer
    correlation: float | None  # Spearman's, of |changes| with weights; None if undefined
    left_out: int  # sources that were not masked: those with the least attention


@dataclass(frozen=True)
class Change:
    """What one row of the batch does without (both from 0); of neither: the text as it is."""

    source: int | None = None
    head: int | None = None


class Silencer:
    """A watcher that sets each row's head of one layer to zero, if the row names one."""

    def __init__(self, module: Any, rows: list[Change], check: Callable[[], None]) -> None:
        self._module, self._rows, self._check = module, rows, check

    def __call__(self, seen: Seen) -> torch.Tensor:
        self._check()
        if seen.module is not self._module:
            return seen.output
        output = seen.output.clone()  # (B, rows, H, size)
        for index, row in enumerate(self._rows):
            if row.head is not None:
                output[index, :, row.head] = 0
        return output


@torch.inference_mode()
def effect(
    model: AttentionModel,
    recording: Recording,
    look: Look,
    check: Callable[[], None] = lambda: None,
) -> Effect:
    """The effects for the look's head and target token, calling `check` after each layer.

    An encoder-decoder's are those of its cross stack; InputError for its others.
    """
    stack, look = settled(recording, look)
    if stack.name in ("encoder", "decoder"):
        raise InputError("effect_needs_cross")
    assert look.layer and look.head and look.token
    row = look.token - 1
    weights = stack.layers[look.layer - 1].weights(look.head - 1)[row].numpy()
    inputs, count = _inputs(recording, row, model.model.device)
    at_once = max(1, MAX_BATCH_TOKENS // max(ids.shape[1] for ids in inputs.values()))
    sources = strongest(weights[:count], max(MIN_SOURCES, at_once - 1 - stack.heads))
    rows = [Change(), *(Change(source=int(source)) for source in sources)]
    rows += [Change(head=head) for head in range(stack.heads)]
    module = _module(model, stack, look.layer)
    parts = [rows[first : first + at_once] for first in range(0, len(rows), at_once)]
    outputs = [_outputs(model, inputs, part, Silencer(module, part, check)) for part in parts]
    changes, prediction = _changes(model, torch.cat(outputs))
    masked, silenced = changes[: len(sources)], changes[len(sources) :]
    return Effect(
        measure="cosine" if model.kind == "encoder" else "logit",
        prediction=prediction,
        sources=sources,
        weights=weights[sources],
        changes=masked,
        head_changes=silenced,
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
    if recording.kind == "seq2seq":  # what is written later changes nothing here
        inputs["decoder_input_ids"] = inputs["decoder_input_ids"][:, : row + 1]
    return inputs, inputs["input_ids"].shape[1]


def _outputs(
    model: AttentionModel, inputs: dict[str, torch.Tensor], rows: list[Change], silencer: Silencer
) -> torch.Tensor:
    """Each row's result: an encoder's sentence vectors (B, width), else the logits at the target
    (B, vocabulary). Only the target's: those of every token can take gigabytes."""
    batch = _masked_batch(inputs, rows)
    if model.kind == "encoder":
        hidden = model.model(**batch, watcher=silencer).last_hidden_state
        return sentence_vectors(hidden, batch["attention_mask"])
    if model.kind == "seq2seq":
        network = model.model
        hidden = network.model(**batch, watcher=silencer, use_cache=False).last_hidden_state[:, -1]
        return network.get_output_embeddings()(hidden) + network.final_logits_bias
    # Positions as in the whole text: a masked token must not move the others.
    positions = torch.arange(batch["input_ids"].shape[1], device=model.model.device)[None]
    options = {"use_cache": False, "position_ids": positions, "logits_to_keep": 1}
    return model.model(**batch, watcher=silencer, **options).logits[:, -1]


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
    return changes.float().cpu().numpy(), readable(model.tokenizer, token)


def sentence_vectors(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """(B, n, width) -> (B, width): the mean over the tokens that the mask leaves."""
    kept = mask.unsqueeze(-1).to(hidden.dtype)
    return (hidden * kept).sum(1) / kept.sum(1).clamp(min=1)


def _module(model: AttentionModel, stack: Stack, layer: int) -> Any:
    """The attention module of a layer (from 1) of the stack."""
    from backend.attention.record import stack_modules

    return stack_modules(model)[stack.name][layer - 1]
