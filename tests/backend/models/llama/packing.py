"""A tiny random Llama packed as GGUF, and the same weights, as packed, in transformers' Llama."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from gguf import GGMLQuantizationType, GGUFReader, GGUFWriter
from gguf.quants import dequantize, quantize

NAMES = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
}
WHOLE = {
    "model.embed_tokens.weight": "token_embd.weight",
    "model.norm.weight": "output_norm.weight",
    "lm_head.weight": "output.weight",
}


@dataclass(frozen=True)
class Packed:
    """The same weights in both libraries, and the file they come from."""

    model: Any  # transformers.LlamaForCausalLM
    network: Any  # openvino.CompiledModel
    gguf: GGUFReader


def pack(model, path, packing="Q4_1"):
    """Write a transformers Llama as GGUF, as llama.cpp's converter does; norms stay float32."""
    config, writer = model.config, GGUFWriter(path, "llama")
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_rope_freq_base(config.rope_parameters["rope_theta"])
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    for name, tensor in model.state_dict().items():
        if name == "lm_head.weight" and config.tie_word_embeddings:
            continue
        as_pairs = {"q": config.num_attention_heads, "k": config.num_key_value_heads}
        weight = _paired(tensor.numpy(), as_pairs.get(name.split("_proj")[0][-1:]))
        _add(writer, packed_name(name), weight, packing)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def packed_name(name):
    """transformers' name of a tensor -> GGUF's."""
    if name in WHOLE:
        return WHOLE[name]
    _, _, layer, rest = name.split(".", 3)
    return f"blk.{layer}.{NAMES[rest.removesuffix('.weight')]}.weight"


def as_packed(model, gguf):
    """Give `model` the weights that `gguf` really holds: those of `pack`, rounded."""
    import torch

    tensors = {tensor.name: tensor for tensor in gguf.tensors}
    heads = {"q": model.config.num_attention_heads, "k": model.config.num_key_value_heads}
    state = model.state_dict()
    for name, old in state.items():
        tensor = tensors.get(packed_name(name), tensors["token_embd.weight"])
        weight = dequantize(tensor.data, tensor.tensor_type).reshape(old.shape)
        weight = _halved(weight, heads.get(name.split("_proj")[0][-1:]))
        state[name] = torch.tensor(weight, dtype=torch.float32)
    model.load_state_dict(state)
    return model.eval()


def _paired(weight, heads):
    """Rows of each head's two halves -> pairs (0, half, 1, half + 1, ...)."""
    if heads is None:
        return weight
    halves = weight.reshape(heads, 2, -1, weight.shape[1])
    return halves.swapaxes(1, 2).reshape(weight.shape)


def _halved(weight, heads):
    if heads is None:
        return weight
    return weight.reshape(heads, -1, 2, weight.shape[1]).swapaxes(1, 2).reshape(weight.shape)


def _add(writer, name, weight, packing):
    if weight.ndim == 1:
        writer.add_tensor(name, weight.astype(np.float32))
        return
    kind = GGMLQuantizationType["Q8_0" if name == "token_embd.weight" else packing]
    writer.add_tensor(name, quantize(weight.astype(np.float32), kind), raw_dtype=kind)
