"""One forward pass over a text, recorded: AttentionModel, request -> Recording."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from backend.attention.hooks import AttentionCall
from backend.attention.model import AttentionModel
from backend.attention.recording import Layer, Recording, Stack
from backend.attention.request import AttentionRequest
from backend.attention.thumbnails import side_for, thumbnails
from backend.attention.tokens import Encoded, PromptToken, decode_with_spans, encode, target_ids
from backend.errors import InputError, ModelError
from backend.messages import Message, message
from backend.models import control_tokens

MAX_NEW_TOKENS = 128  # that an encoder-decoder writes
Check = Callable[[], None]
Tokens = tuple[PromptToken, ...]


class Recorder:
    """A hook that keeps what each layer computes, by the stack the layer belongs to."""

    def __init__(
        self,
        stack_of: dict[Any, str],
        side: int,
        distant: dict[str, torch.Tensor],
        check: Check,
    ) -> None:
        self._stack_of, self._side, self._distant = stack_of, side, distant
        self._check = check
        self.layers: dict[str, list[Layer]] = defaultdict(list)
        self.thumbnails: dict[str, list[np.ndarray]] = defaultdict(list)
        self.focus: dict[str, list[np.ndarray]] = defaultdict(list)

    def __call__(self, call: AttentionCall) -> torch.Tensor:
        self._check()
        stack = self._stack_of[call.module]
        mask = None if call.mask is None else call.mask[0, 0].cpu()
        shared = self.layers[stack][0].mask if self.layers[stack] else None
        if mask is not None and shared is not None and torch.equal(mask, shared):
            mask = shared  # all layers use one mask: keep one
        q, k, v, output = (part[0].cpu() for part in (call.q, call.k, call.v, call.output))
        self.layers[stack].append(Layer(q, k, v, mask, call.scaling, output))
        weights = call.weights[0].float().cpu()
        self.thumbnails[stack].append(thumbnails(weights, self._side))
        self.focus[stack].append(focus(weights, self._distant[stack]))
        return call.output


@dataclass
class Target:
    """What an encoder-decoder's decoder reads, step by step; empty for the other kinds."""

    text: str = ""
    tokens: Tokens = ()
    inputs: dict[str, torch.Tensor] = field(default_factory=dict)
    notes: tuple[Message, ...] = ()


@torch.inference_mode()
def record(
    model: AttentionModel, request: AttentionRequest, check: Check = lambda: None
) -> Recording:
    """Run the model once over the text, calling `check` after each layer.

    Raises InputError if the text has no tokens, ModelError if the model hands out no attention
    weights, and what `check` raises.
    """
    source = _encoded(model, request)
    inputs = _inputs(model, source)
    target = Target()
    if model.kind == "seq2seq":
        target = _target(model, request.second, inputs, check)
    inputs |= target.inputs
    recorder = _recorder(model, source.tokens, target.tokens, check)
    begun = time.perf_counter()
    hidden = _forward(model, inputs, recorder)
    seconds = time.perf_counter() - begun
    return Recording(
        request=request,
        model=model.name,
        kind=model.kind,
        stacks=_stacks(recorder, model.name, source.tokens, target.tokens),
        inputs={name: tensor.cpu() for name, tensor in inputs.items()},
        hidden=hidden,
        notes=(*request.notes, *_typed_note(model, request), *_cut_note(source), *target.notes),
        total=source.total,
        forward_seconds=seconds,
        written=target.text,
    )


def focus(weights: torch.Tensor, distant: torch.Tensor) -> np.ndarray:
    """(H, rows, columns), (rows, columns) -> (H,): the mean over rows of the largest weight on an
    ordinary token that is not close by. High where a head is worth a look."""
    return (weights * distant).amax(-1).mean(-1).numpy()


def _encoded(model: AttentionModel, request: AttentionRequest) -> Encoded:
    """The text's tokens, those of a second text with it; InputError if there are none."""
    second = "" if model.kind == "seq2seq" else request.second
    is_encoder = model.kind == "encoder"
    source = encode(model.tokenizer, request.text, second, model.max_tokens, pairs=is_encoder)
    if not source.tokens:
        raise InputError("no_tokens")
    return source


def _cut_note(source: Encoded) -> tuple[Message, ...]:
    kept = len(source.tokens)
    return (message("cut_text", kept=kept, tokens=source.total),) if source.total > kept else ()


def _typed_note(model: AttentionModel, request: AttentionRequest) -> tuple[Message, ...]:
    return control_tokens.note(model.tokenizer, request.text, request.second)


def _inputs(model: AttentionModel, source: Encoded) -> dict[str, torch.Tensor]:
    device = model.model.device
    ids = torch.tensor([source.ids], device=device)
    inputs = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
    if source.type_ids is not None and model.kind == "encoder":
        inputs["token_type_ids"] = torch.tensor([source.type_ids], device=device)
    return inputs


def _target(
    model: AttentionModel, second: str, inputs: dict[str, torch.Tensor], check: Check
) -> Target:
    """The second text, or without one what the model writes, as its decoder reads it."""
    ids, notes = _second_ids(model, second) if second else _written_ids(model, inputs, check)
    ids = [model.model.config.decoder_start_token_id, *ids]
    text, tokens = decode_with_spans(model.tokenizer, ids)
    decoder_inputs = {"decoder_input_ids": torch.tensor([ids], device=model.model.device)}
    return Target(text, tokens, decoder_inputs, notes)


CutIds = tuple[list[int], tuple[Message, ...]]  # without their end token; a note if any were cut


def _second_ids(model: AttentionModel, second: str) -> CutIds:
    """The second text's ids, as many as there is room for."""
    room = model.max_tokens - 1
    ids = _without_end(model, target_ids(model.tokenizer, second))
    notes = (message("cut_second", kept=room, tokens=len(ids)),) if len(ids) > room else ()
    return ids[:room], notes


def _written_ids(model: AttentionModel, inputs: dict[str, torch.Tensor], check: Check) -> CutIds:
    """What an encoder-decoder writes, calling `check` after each token."""

    def checked(ids: torch.Tensor, scores: Any, **_: Any) -> torch.Tensor:
        check()
        return torch.zeros(len(ids), dtype=torch.bool, device=ids.device)  # do not stop here

    room = min(MAX_NEW_TOKENS, model.max_tokens - 1)
    options: dict[str, Any] = {"num_beams": 1, "do_sample": False, "stopping_criteria": [checked]}
    output = model.model.generate(**inputs, max_new_tokens=room, **options)[0, 1:].tolist()
    ids = _without_end(model, output)
    is_cut = len(output) == room  # an end token there is forced (Marian's configuration does so)
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


def _recorder(model: AttentionModel, source: Tokens, target: Tokens, check: Check) -> Recorder:
    modules = stack_modules(model)
    stack_of = {module: stack for stack, layers in modules.items() for module in layers}
    heads = sum(map(len, modules.values())) * model.model.config.num_attention_heads
    return Recorder(stack_of, side_for(max(heads, 1)), _distant(model.kind, source, target), check)


def _stack_of(name: str, kind: str) -> str:
    if kind != "seq2seq":
        return "self"
    if "encoder_attn" in name:
        return "cross"
    return "decoder" if "decoder." in name else "encoder"


def _distant(kind: str, source: Tokens, target: Tokens) -> dict[str, torch.Tensor]:
    """For each stack, bool (rows, columns): which are ordinary tokens, neither first nor
    neighbours. Across two texts there are no neighbours."""
    if kind != "seq2seq":
        return {"self": _not_near(source)}
    crossing = _ordinary(source).expand(len(target), -1)
    return {"encoder": _not_near(source), "cross": crossing, "decoder": _not_near(target)}


def _not_near(tokens: Tokens) -> torch.Tensor:
    position = torch.arange(len(tokens))
    distance = (position[:, None] - position[None, :]).abs()
    return (distance > 1) & (position > 0) & _ordinary(tokens)


def _ordinary(tokens: Tokens) -> torch.Tensor:
    return torch.tensor([not token.special for token in tokens])


def _forward(
    model: AttentionModel, inputs: dict[str, torch.Tensor], recorder: Recorder
) -> torch.Tensor | None:
    """The pass itself; a decoder's residual stream as (layers + 1, tokens, width)."""
    wants_hidden = model.kind == "decoder"
    options: dict[str, Any] = {"use_cache": False} if model.kind != "encoder" else {}
    if wants_hidden:
        options["logits_to_keep"] = 1  # the lens computes the few it shows
    output = model.model(
        **inputs, attention_hook=recorder, output_hidden_states=wants_hidden, **options
    )
    if not wants_hidden:
        return None
    return torch.stack([layer[0] for layer in output.hidden_states]).cpu()


def _stacks(recorder: Recorder, name: str, source: Tokens, target: Tokens) -> dict[str, Stack]:
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
