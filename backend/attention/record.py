"""One pass of a model over a text, watched: AttentionModel, request -> Recording."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from backend.attention.hooks import Seen
from backend.attention.model import AttentionModel
from backend.attention.recording import Layer, Recording, Stack
from backend.attention.request import AttentionRequest
from backend.attention.thumbnails import side_for, thumbnails
from backend.attention.tokens import Piece, Tokens, encode, written
from backend.errors import InputError, ModelError
from backend.messages import Message, message

LONGEST = 128  # tokens that an encoder-decoder writes


class Recorder:
    """A watcher that keeps what each layer computes, by the stack the layer belongs to."""

    def __init__(
        self,
        names: dict[Any, str],
        side: int,
        far: dict[str, torch.Tensor],
        check: Callable[[], None],
    ) -> None:
        self._names, self._side, self._far, self._check = names, side, far, check
        self.layers: dict[str, list[Layer]] = defaultdict(list)
        self.thumbnails: dict[str, list[np.ndarray]] = defaultdict(list)
        self.focus: dict[str, list[np.ndarray]] = defaultdict(list)

    def __call__(self, seen: Seen) -> torch.Tensor:
        self._check()
        name = self._names[seen.module]
        mask = None if seen.mask is None else seen.mask[0, 0].cpu()
        shared = self.layers[name][0].mask if self.layers[name] else None
        if mask is not None and shared is not None and torch.equal(mask, shared):
            mask = shared  # all layers use one mask: keep one
        q, k, v, output = (part[0].cpu() for part in (seen.q, seen.k, seen.v, seen.output))
        self.layers[name].append(Layer(q, k, v, mask, seen.scaling, output))
        weights = seen.weights[0].float().cpu()
        self.thumbnails[name].append(thumbnails(weights, self._side))
        self.focus[name].append(focus(weights, self._far[name]))
        return seen.output


@torch.inference_mode()
def record(
    model: AttentionModel, request: AttentionRequest, check: Callable[[], None] = lambda: None
) -> Recording:
    """Run the model once over the text, calling `check` after each layer.

    Raises InputError if the text has no tokens, ModelError if the model hands out no attention
    weights, and what `check` raises.
    """
    tokens = encode(
        model.tokenizer,
        request.text,
        "" if model.kind == "seq2seq" else request.second,
        model.limit,
        pairs=model.kind == "encoder",
    )
    if not tokens.pieces:
        raise InputError("no_tokens")
    inputs = _inputs(model, tokens)
    notes = request.notes
    if tokens.total > len(tokens.pieces):
        notes += (message("cut_text", kept=len(tokens.pieces), tokens=tokens.total),)
    target: tuple[Piece, ...] = ()
    text_written = ""
    if model.kind == "seq2seq":
        second = request.second
        ids, cut = _second_ids(model, second) if second else _written_ids(model, inputs, check)
        ids = [model.model.config.decoder_start_token_id, *ids]
        notes += cut
        text_written, target = written(model.tokenizer, ids)
        inputs["decoder_input_ids"] = torch.tensor([ids], device=model.model.device)
    recorder = Recorder(*_names(model), _far(model.kind, tokens.pieces, target), check)
    begun = time.perf_counter()
    hidden = _run(model, inputs, recorder)
    seconds = time.perf_counter() - begun
    stacks = _stacks(recorder, model.name, tokens.pieces, target)
    return Recording(
        request=request,
        model=model.name,
        kind=model.kind,
        stacks=stacks,
        inputs={name: tensor.cpu() for name, tensor in inputs.items()},
        hidden=hidden,
        notes=notes,
        total=tokens.total,
        forward_seconds=seconds,
        written=text_written,
    )


def focus(weights: torch.Tensor, far: torch.Tensor) -> np.ndarray:
    """(H, rows, columns), (rows, columns) -> (H,): the mean over rows of the largest weight on an
    ordinary token that is not close by. A guess at which head is worth a look first."""
    return (weights * far).amax(-1).mean(-1).numpy()


def _inputs(model: AttentionModel, tokens: Tokens) -> dict[str, torch.Tensor]:
    device = model.model.device
    ids = torch.tensor([tokens.ids], device=device)
    inputs = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
    if tokens.type_ids is not None and model.kind == "encoder":
        inputs["token_type_ids"] = torch.tensor([tokens.type_ids], device=device)
    return inputs


Cut = tuple[list[int], tuple[Message, ...]]  # token ids less their end mark; a note if any is cut


def _second_ids(model: AttentionModel, second: str) -> Cut:
    """The second text, for the decoder of an encoder-decoder to read."""
    room = model.limit - 1
    ids = _without_end(model, list(model.tokenizer(text_target=second)["input_ids"]))
    cut = (message("cut_second", kept=room, tokens=len(ids)),) if len(ids) > room else ()
    return ids[:room], cut


def _written_ids(
    model: AttentionModel, inputs: dict[str, torch.Tensor], check: Callable[[], None]
) -> Cut:
    """What an encoder-decoder writes, calling `check` after each token."""

    def checked(ids: torch.Tensor, scores: Any, **_: Any) -> torch.Tensor:
        check()
        return torch.zeros(len(ids), dtype=torch.bool, device=ids.device)  # goes on

    room = min(LONGEST, model.limit - 1)
    options: dict[str, Any] = {"num_beams": 1, "do_sample": False, "stopping_criteria": [checked]}
    output = model.model.generate(**inputs, max_new_tokens=room, **options)[0, 1:].tolist()
    ids = _without_end(model, output)
    is_cut = len(output) == room  # an end mark there is forced (Marian's configuration does so)
    return ids, (message("cut_written", kept=len(ids)),) if is_cut else ()


def _without_end(model: AttentionModel, ids: list[int]) -> list[int]:
    return ids[:-1] if ids and ids[-1] == model.model.config.eos_token_id else ids


def stack_modules(model: AttentionModel) -> dict[str, list[Any]]:
    """The modules that compute attention, by stack, first layer first."""
    modules: dict[str, list[Any]] = defaultdict(list)
    for name, module in model.model.named_modules():
        is_wrapper = any(type(child).__name__.endswith("Attention") for child in module.children())
        if type(module).__name__.endswith("Attention") and not is_wrapper:  # BERT wraps its own
            modules[_stack_of(name, model.kind)].append(module)
    return modules


def _names(model: AttentionModel) -> tuple[dict[Any, str], int]:
    """Which stack each module belongs to, and the side of a thumbnail."""
    modules = stack_modules(model)
    names = {module: stack for stack, layers in modules.items() for module in layers}
    config = model.model.config
    heads = sum(map(len, modules.values())) * config.num_attention_heads
    return names, side_for(max(heads, 1))


def _stack_of(name: str, kind: str) -> str:
    if kind != "seq2seq":
        return "self"
    if "encoder_attn" in name:
        return "cross"
    return "decoder" if "decoder." in name else "encoder"


def _far(
    kind: str, source: tuple[Piece, ...], target: tuple[Piece, ...]
) -> dict[str, torch.Tensor]:
    """For each stack, which (row, column) are ordinary tokens neither first nor neighbours."""
    if kind != "seq2seq":
        return {"self": _not_near(source)}
    crossing = _ordinary(source).expand(len(target), -1)
    return {"encoder": _not_near(source), "cross": crossing, "decoder": _not_near(target)}


def _not_near(pieces: tuple[Piece, ...]) -> torch.Tensor:
    position = torch.arange(len(pieces))
    distance = (position[:, None] - position[None, :]).abs()
    return (distance > 1) & (position > 0) & _ordinary(pieces)


def _ordinary(pieces: tuple[Piece, ...]) -> torch.Tensor:
    return torch.tensor([not piece.special for piece in pieces])


def _run(
    model: AttentionModel, inputs: dict[str, torch.Tensor], recorder: Recorder
) -> torch.Tensor | None:
    """The pass itself; a decoder's residual stream as (layers + 1, tokens, width)."""
    wants_hidden = model.kind == "decoder"
    options: dict[str, Any] = {"use_cache": False} if model.kind != "encoder" else {}
    if wants_hidden:
        options["logits_to_keep"] = 1  # the lens computes the few it shows
    output = model.model(**inputs, watcher=recorder, output_hidden_states=wants_hidden, **options)
    if not wants_hidden:
        return None
    return torch.stack([layer[0] for layer in output.hidden_states]).cpu()


def _stacks(
    recorder: Recorder, name: str, source: tuple[Piece, ...], target: tuple[Piece, ...]
) -> dict[str, Stack]:
    sides = {
        "self": (source, source),
        "cross": (target, source),
        "encoder": (source, source),
        "decoder": (target, target),
    }
    if not recorder.layers:
        raise ModelError("no_attention", model=name)
    return {
        stack: Stack(
            stack,
            tuple(layers),
            *sides[stack],
            np.stack(recorder.thumbnails[stack]),
            np.stack(recorder.focus[stack]),
        )
        for stack, layers in recorder.layers.items()
    }
