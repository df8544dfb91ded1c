"""How the painter's network is kept in files: small ones, with its matrices quantized."""

from __future__ import annotations

from pathlib import Path

import torch
from huggingface_hub import save_torch_state_dict
from torch import Tensor

from backend.models.painter.transformer import WordTransformer
from backend.models.quantized_rows import SCALES, dequantize_all, quantize
from backend.models.weights import read_shards

FILE_SIZE = "9MB"  # at most, of one file


@torch.inference_mode(False)
def network_of(folder: Path) -> WordTransformer:
    """The network that `save_network` wrote, in float32 on the CPU. FileNotFoundError where there
    are no weights."""
    state = dequantize_all(read_shards(folder))
    with torch.device("meta"):
        config = WordTransformer.load_config(folder, local_files_only=True)
        network = WordTransformer.from_config(config)
    network.load_state_dict(state, assign=True)
    return network.eval()


def save_network(network: WordTransformer, folder: Path) -> None:
    """Write weights and config, over what an earlier network left in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.safetensors*"):
        old.unlink()
    save_torch_state_dict(quantized_state(network), folder, max_shard_size=FILE_SIZE)
    network.save_config(folder)


def quantized_state(network: WordTransformer) -> dict[str, Tensor]:
    """Matrices quantized; the linear priors, which many features add up in, and vectors in
    float16. The memory of names is quantized, too: its centres are before it is fitted to them."""
    state: dict[str, Tensor] = {}
    for name, tensor in network.state_dict().items():
        if tensor.ndim == 2 and not name.startswith(("prompt_prior", "word_prior")):
            state[name], state[name + SCALES] = quantize(tensor)
        else:
            state[name] = tensor.half()
    return state
